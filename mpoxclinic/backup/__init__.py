"""The whole database in one encrypted file, and back again.

Inside the encryption (age, https://age-encryption.org) lie a line that says what the file is, what
``pg_dump`` wrote, and a check sum: plain tools open it too (docs/operations.md).
"""
