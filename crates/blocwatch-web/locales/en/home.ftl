home-page = The open observatory of authoritarian collaboration
home-heading = Who works with whom, through which channel, against which threat
home-intro = Blocwatch keeps one sourced ledger of collaboration between autocracies, measures it, says what changed, and points to what has interrupted it before. Every number can be walked back to the line of the publisher’s file.
home-ask = A state, an organisation, a case
home-ask-hint = Kyrgyzstan, SCO, foreign agents
home-questions = Questions it answers
home-questions-yours = Examples; the same pages answer for any state or organisation: look for yours above.
home-q-memberships = Which organisations with an autocratic majority does Kyrgyzstan belong to, and since when?
home-q-majorities = In which organisations are autocracies the majority?
home-q-observers = Who sends observers that vouch for unfair elections?
home-q-laws = Who copied whose repressive laws?
home-q-interrupted = What has stopped the copying of such laws?
home-q-arms = Whom does Armenia depend on for arms?
home-q-xinjiang = Who stood with China over Xinjiang?
home-q-votes = How alike do Russia and Belarus vote in the United Nations?
home-q-words = Who speaks of a “multipolar world”, and since when?
home-q-backsliding = Which states are becoming more autocratic now?
# The number of a tile stands above its words, in the element strong.
home-cases =
    { $n ->
        [one] <strong>{ $n }</strong> coded case of collaboration
       *[other] <strong>{ $n }</strong> coded cases of collaboration
    }
home-interruptions =
    { $n ->
        [one] <strong>{ $n }</strong> way in which it has been interrupted
       *[other] <strong>{ $n }</strong> ways in which it has been interrupted
    }
home-states =
    { $n ->
        [one] <strong>{ $n }</strong> state or territory
       *[other] <strong>{ $n }</strong> states and territories
    }
home-organisations =
    { $n ->
        [one] <strong>{ $n }</strong> organisation
       *[other] <strong>{ $n }</strong> organisations
    }
home-tables =
    { $n ->
        [one] <strong>{ $n }</strong> table with every column documented
       *[other] <strong>{ $n }</strong> tables with every column documented
    }
home-regimes = Regimes in { $year }
home-regimes-source = Regimes of the World, as published by V-Dem; <a href="/states">all states</a>.
home-changed = What changed
home-all-findings = <a href="/changes">All findings</a> · <a href="/feed.xml">as a feed</a>
home-no-findings = This observatory holds no findings: fetch sources and build it.
home-matrix = The matrix
home-matrix-intro =
    { $total ->
        [one] { $total } coded case by tactic and channel.
       *[other] { $total } coded cases by tactic and channel.
    } A cell opens its cases; <a href="/matrix">filter by actor, role and years</a>. A zero means that no such case has been coded.
