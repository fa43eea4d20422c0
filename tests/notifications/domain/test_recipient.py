from notifications.domain.recipient import Recipient

ALICE = Recipient(language="nb", phone="+4740000001", email="alice@example.org", contact_by="both")


def test_each_channel_has_its_own_address() -> None:
    assert ALICE.address_for("sms") == "+4740000001"
    assert ALICE.address_for("email") == "alice@example.org"
