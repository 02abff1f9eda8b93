"""Whose submissions they are: accounts, told apart by keyed digests of the API keys that belong to them.

No key is kept, nor can one be found out from what is: it is hashed with a secret of this journal.
"""

from __future__ import annotations

import os

from eclips_cli.records.journal.reading import JournalReader

SECRET_SIZE = 32
"""Bytes of the secret that digests are keyed with."""


class AccountKeys(JournalReader):
    """Which accounts the keys of this machine belong to; accounts are numbers of this journal's own."""

    def key_secret(self) -> bytes:
        """What digests of keys are keyed with: this journal's own, made once."""
        with self._change() as database:
            database.execute(
                "INSERT OR IGNORE INTO secrets VALUES ('key-digests', ?)", (os.urandom(SECRET_SIZE),)
            )
        ((secret,),) = self._read("SELECT value FROM secrets WHERE name = 'key-digests'")
        return bytes(secret)

    def accounts_of(self, digest: bytes, base_url: str) -> frozenset[int]:
        """The accounts that a key belongs to, by its digest; one, unless two turned out to be the same."""
        found = self._read(
            "SELECT account FROM account_keys WHERE digest = ? AND base_url = ?", digest, base_url
        )
        return frozenset(row["account"] for row in found)

    def ruled_out(self, digest: bytes, base_url: str) -> set[int]:
        """The accounts that a key was found not to belong to."""
        query = "SELECT account FROM other_accounts WHERE digest = ? AND base_url = ?"
        return {row["account"] for row in self._read(query, digest, base_url)}

    def new_account(self) -> int:
        """The number of an account that nothing has yet."""
        tables = ("account_keys", "submissions", "other_accounts")
        numbers = ", ".join(f"(SELECT coalesce(max(account), 0) FROM {table})" for table in tables)
        ((number,),) = self._read(f"SELECT 1 + max({numbers})")
        return int(number)

    def add_key(self, digest: bytes, base_url: str, account: int | None = None) -> int:
        """Note that a key belongs to an account, a new one where none is given and it has none; its number.

        What a new account's key was ruled out of, those accounts' keys are ruled out of the new one.
        """
        with self._change() as database:
            if account is None:  # another process may have made it one since this one looked
                account = min(self.accounts_of(digest, base_url), default=None)
            new = account is None
            number = self.new_account() if account is None else account
            database.execute(
                "INSERT OR IGNORE INTO account_keys (digest, base_url, account) VALUES (?, ?, ?)",
                (digest, base_url, number),
            )
            if new:
                database.execute(
                    "INSERT OR IGNORE INTO other_accounts (digest, base_url, account) "
                    "SELECT known.digest, known.base_url, ? FROM account_keys AS known JOIN other_accounts AS other "
                    "USING (account, base_url) WHERE other.digest = ? AND other.base_url = ?",
                    (number, digest, base_url),
                )
        return number

    def rule_out(self, digest: bytes, base_url: str, account: int) -> None:
        """Note that a key does not belong to an account."""
        with self._change() as database:
            database.execute(
                "INSERT OR IGNORE INTO other_accounts (digest, base_url, account) VALUES (?, ?, ?)",
                (digest, base_url, account),
            )

    def adopt(self, keys: list[str], account: int | None = None) -> int:
        """Note the account, a new one where none is given, of submissions that had none yet (0.1 did not keep it).

        Its number.
        """
        with self._change() as database:
            if account is None:
                account = self.new_account()
            database.executemany(
                "UPDATE submissions SET account = ? WHERE key = ? AND account IS NULL",
                [(account, key) for key in keys],
            )
        return account
