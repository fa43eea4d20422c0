"""The guards of the database, taken away by hand."""

from django.conf import settings

from tests.integrity.corrupting import corrupts, run, take_away
from tests.integrity.world import World

APPLICATION = settings.DATABASES["default"]["USER"]
SLOT_OF_APPOINTMENT = "foreign key (slot_id) to appointments_slot"


def drop_key_of(table: str, column: str) -> None:
    run(
        f"""
        DO $$ DECLARE key text; BEGIN
            SELECT conname INTO key FROM pg_constraint JOIN pg_attribute
                ON attrelid = conrelid AND attnum = conkey[1]
             WHERE contype = 'f' AND conrelid = '{table}'::regclass AND attname = '{column}';
            EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', key);
        END $$
        """
    )


@corrupts("database.constraints")
def a_check_is_gone(world: World) -> str:
    take_away(("appointment_not_before",))
    return "constraint appointment_not_before"


@corrupts("database.constraints")
def a_check_was_never_validated(world: World) -> str:
    take_away(("session_has_room",))
    run(
        "ALTER TABLE appointments_clinicsession ADD CONSTRAINT session_has_room"
        " CHECK (stations >= 1) NOT VALID"
    )
    return "constraint session_has_room"


@corrupts("database.constraints")
def a_partial_unique_index_is_gone(world: World) -> str:
    take_away(("appointment_seat_once",))
    return "unique appointment_seat_once"


@corrupts("database.constraints")
def an_index_is_there_and_not_unique(world: World) -> str:
    take_away(("dose_number_once",))
    run("CREATE INDEX dose_number_once ON vaccinations_dose (patient_id, dose_number)")
    return "unique dose_number_once"


@corrupts("database.constraints")
def a_unique_constraint_is_gone(world: World) -> str:
    take_away(("message_once_a_round",))
    return "unique message_once_a_round"


@corrupts("database.constraints")
def a_unique_field_is_not(world: World) -> str:
    run("ALTER TABLE clinics_clinic DROP CONSTRAINT clinics_clinic_slug_key")
    return "unique (slug)"


@corrupts("database.constraints")
def a_foreign_key_is_gone(world: World) -> str:
    drop_key_of("appointments_appointment", "slot_id")
    return SLOT_OF_APPOINTMENT


@corrupts("database.constraints")
def a_foreign_key_is_not_enforced(world: World) -> str:
    drop_key_of("appointments_appointment", "slot_id")
    run(
        "ALTER TABLE appointments_appointment ADD CONSTRAINT slot_somehow"
        " FOREIGN KEY (slot_id) REFERENCES appointments_slot (id) NOT ENFORCED"
    )
    return SLOT_OF_APPOINTMENT


@corrupts("database.constraints")
def a_column_may_be_empty(world: World) -> str:
    run("ALTER TABLE appointments_appointment ALTER COLUMN dose_number DROP NOT NULL")
    return "not null (dose_number)"


@corrupts("database.foreign_keys")
def a_patient_knows_a_slot(world: World) -> str:
    run(
        "ALTER TABLE patients_patient ADD COLUMN slot_id uuid"
        " CONSTRAINT upwards REFERENCES appointments_slot (id)"
    )
    return "upwards"


@corrupts("database.audit_alone")
def the_log_is_tied_to_patients(world: World) -> str:
    run(
        "ALTER TABLE audit_auditentry ADD COLUMN tie uuid"
        " CONSTRAINT tied REFERENCES patients_patient (id)"
    )
    return "tied"


@corrupts("database.role")
def it_may_make_tables(world: World) -> str:
    run(f"GRANT CREATE ON SCHEMA public TO {APPLICATION}")
    return APPLICATION


@corrupts("database.append_only")
def it_may_delete_from_the_log(world: World) -> str:
    run(f"GRANT DELETE ON audit_auditentry TO {APPLICATION}")
    return APPLICATION


@corrupts("database.append_only")
def it_may_change_one_column(world: World) -> str:
    run(f"GRANT UPDATE (reason) ON audit_auditentry TO {APPLICATION}")
    return APPLICATION
