"""Editions as PDF (G10), typeset by `organisation.pdf`.

| step | module |
|---|---|
| the stored HTML of an edition to a tree of plain values | `contents.py`, `images.py` |
| what surrounds it: control data, header, footer, changes | `documents.py` |
"""
