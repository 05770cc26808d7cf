changes-heading = What changed
changes-intro =
    { $total ->
        [one] { $total } finding: a sentence
       *[other] { $total } findings: sentences
    } with a number, its interval where one exists, and a trace to the rows they rest on. Newest first. <a href="/feed.xml">As a feed</a>.
changes-state-hint = any name
changes-nothing = No finding fits.
changes-newer = Newer
changes-older = Older
