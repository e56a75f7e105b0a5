"""List pages declared in Python: columns, filters, views, keyset paging, bulk actions, export.

>>> from kefu.platform.webui.tables import Column, Table, View, table_page, filters
"""

from __future__ import annotations

from kefu.platform.webui.tables import filters
from kefu.platform.webui.tables.columns import Column
from kefu.platform.webui.tables.declarations import BulkAction, Empty, View
from kefu.platform.webui.tables.page import table_page
from kefu.platform.webui.tables.table import Table

__all__ = ["BulkAction", "Column", "Empty", "Table", "View", "filters", "table_page"]
