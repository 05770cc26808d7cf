# What stands on every page: menu, search, footer, forms, and words that several pages use.
# Messages may hold HTML; a translation keeps the same elements and addresses. Names in braces are values.

skip = Skip to the text
menu-label = Site
menu-matrix = Matrix
menu-states = States
menu-organisations = Organisations
menu-votes = Votes
menu-texts = Texts
menu-network = Network
menu-cases = Cases
menu-interruptions = Interruptions
menu-changes = What changed
menu-measures = Measures
menu-data = Data
menu-about = About
find-label = Search
find-hint = State, organisation, case
find-button = Search
foot-observatory = Observatory { $key }
foot-cite = How to cite
foot-sources = Sources and licences
foot-corrections = Corrections
foot-programs = For programs
foot-note = Zero, not covered, censored (cut off where a source begins or ends) and not public are four different things here. A count of cases says what has been coded, not how often it happens. Being named is not being accused.
languages-label = Languages

form-any = any
form-show = Show
form-clear = Clear
form-actor = Actor
form-actor-hint = a state or an organisation
form-role = In the role of
form-from = From year
form-to = To year
form-state = State
form-kind = Kind
pager-place = Page { $number } of { $pages }
null-title = no value
feed-title = What changed

grade = grade { $grade }
cited-through = Cited through: { $work }
sources-heading = Sources
cite-heading = How to cite

when-undated = undated
when-since = since { $from }
when-span = { $from } to { $to }

regime-0 = closed autocracy
regime-1 = electoral autocracy
regime-2 = electoral democracy
regime-3 = liberal democracy

kind-state = state
kind-organisation = organisation
kind-region = region
kind-case = case
kind-interruption = interruption
kind-table = table
kind-frame = counter-norm
kind-treaty = treaty
kind-text = speech or treaty text
