query-heading = Query
query-intro = One SELECT over all <a href="/data">tables</a>: read-only, ten seconds, the first { $most } rows shown here.
query-run = Run
query-wrong = The query was not run
query-rows =
    { $rows ->
        [one] { $rows } row.
       *[other] { $rows } rows.
    }
query-cut = There are more.
