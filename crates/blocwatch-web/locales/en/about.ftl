about-page = About, corrections, doing no harm
about-heading = About Blocwatch
about-intro = The open observatory of authoritarian collaboration. It turns public data and a reviewed casebook into one sourced ledger of who works with whom, through which channel and against which threat; measures it; says what changed; and points to what has interrupted it before.
about-harm = Doing no harm
about-harm-1 = No individual is named anywhere: readers drop personal columns before anything is written. Units are states, organisations, groups and categories.
about-harm-2 = No accusation by co-occurrence: roles are kept apart, and a host, a home state, a venue or a target is not a sponsor.
about-harm-3 = Words of likelihood and words of confidence do not share a sentence; every claim names its source, and competing claims stand side by side.
about-harm-4 = Pages ask nobody but this server for anything: no script, no font, no counter. The log holds no addresses.
about-harm-5 = Every entry on an interruption says who can be hurt by it. Read it first.
about-read = How to read it
about-read-1 = Zero, not covered, censored (cut off where a source begins or ends) and not public are four different things. A value outside its source’s coverage is null, and the table <a href="/table/coverage">coverage</a> says why.
about-read-2 = A count of cases says what has been coded, not how often something happens.
about-read-3 = Vote agreement takes a shared agenda for alignment; rank by kappa, which takes chance out.
about-grades = Grades
about-grades-intro = Two marks, never averaged: the reliability of the source, and the credibility of the statement.
about-corrections = Corrections
about-corrections-intro = A correction stands beside what it corrects, with its date and source; nothing is taken back in silence. The format of the casebook and the way to propose a correction are in the program’s repository, <code>knowledge/README.md</code>.
about-corrections-none = None so far.
about-cite = Blocwatch { $version }, observatory { $key }. Cite the publishers of the data as well: <a href="/data">sources</a>, or <code>blocwatch cite</code> for BibTeX.
about-concepts = The concepts follow C. Cottiero (2024), <em>Understanding and Interrupting Modern Day Autocratic Collaboration</em>, IFES. Code is under Apache-2.0, the casebook under CC BY 4.0, data under their publishers’ licences.
about-languages = Languages
about-languages-intro = The interface is translated message by message; where a message is missing, the English one stands. No native speaker has read the translations yet: where they differ, the English text counts. Data, briefs and cases are in English.
about-language = { $done } of { $all } messages
