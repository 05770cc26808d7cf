table-page = Table { $name }
table-kind = Table · one row is a { $unit }
table-count =
    { $rows ->
        [one] { $rows } row.
       *[other] { $rows } rows.
    }
table-of-these = of these rows (at most 100,000 at once)
table-as-sql = as SQL
table-state-hint = any name or code
table-partner = With
table-partner-hint = the other state
table-organisation = Organisation
table-years = Years
table-where = Conditions
table-where-hint = column>=value; …
table-columns = Columns
table-nothing = No row fits. Whether that means nothing happened or nothing is covered, the table <a href="/table/coverage">coverage</a> says.
table-before = Before
table-page-number = Page { $number }
table-next = Next
table-column = Column
table-unit = Unit
table-what = What it is
table-key = key
