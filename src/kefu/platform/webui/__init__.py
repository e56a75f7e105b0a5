"""The pages of Kefu: shell, kit, tables, forms, filters, panels, error pages and the browser harness."""
