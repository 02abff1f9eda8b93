"""The parts of an .xlsx workbook (ECMA-376, transitional), read as a stream: archive, book, strings, rows, cells.

A reader of our own, in flat memory: what is bad in a cell, a row or a part that is not asked for is no
reason to refuse the rest, and nothing is dropped without a word. `sheets/xlsx.py` puts them together.
"""
