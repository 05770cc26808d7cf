votes-heading = Votes in the UN General Assembly
votes-intro = Contested matters only: most resolutions pass without a vote. Each roll call opens its page: who voted how, by regime and organisation, and who broke ranks.
votes-words = Words or symbol
votes-words-hint = human rights
votes-session = Session
votes-resolution = Resolution
votes-date = Date
votes-about = About
votes-rollcall = roll call
votes-nothing = No roll call fits.
votes-cut = Only the first { $most } are shown; narrow the words or the session.
votes-how = How alike two states vote: <a href="/table/agreement_dyad_session">agreement_dyad_session</a>. How it is measured: <a href="/measures">measures</a>.
votes-points = Where states stand
votes-states = States, six at the most
votes-calls = Roll calls
