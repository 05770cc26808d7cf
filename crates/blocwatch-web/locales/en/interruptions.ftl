interruptions-heading = What has interrupted collaboration
interruptions-intro = Each with what it needs, who can do it, its record, how regimes adapted, and who can be hurt. { $shown } of { $total } shown.
interruptions-response = Answers the response
interruptions-tactic = Answers the tactic
interruptions-uses =
    { $uses ->
        [one] { $uses } documented use, { $worked } worked at least in part
       *[other] { $uses } documented uses, { $worked } worked at least in part
    }
interruptions-no-use = no documented use with a known outcome
interruptions-nothing = No entry fits.
interruption-kind = Interruption · { $kind }
interruption-harm = Do no harm
interruption-fits = It fits when
interruption-actors = Who can do it
interruption-record = Record
interruption-adapted = How regimes adapted
