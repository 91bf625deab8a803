"""Hand-over of ended cases to the archive system, as Noark 5 (S35).

| step | module |
|---|---|
| a case as one `arkivmelding` for each journal entry, and its files | `message.py` |
| messages and files as one zip with checksums, validated | `package.py` |
| the folder the archive system takes packages from and puts receipts in | `exchange.py` |

The form is the arkivmelding of Fiks Arkiv, version 1 (KS). Its schema is not ours to carry: the setting
`ARKIVMELDING_XSD` names the file, and every package is then validated before it leaves.
"""
