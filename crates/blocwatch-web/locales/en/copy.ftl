# Pages that only a copy of the site has.
copy-search-intro = Everything in this copy, by name. Where the browser runs scripts, a field finds names in many languages; the lists below need none.
copy-nothing = Nothing in this copy has such a name.
copy-missing = This page is not in the copy
copy-missing-intro = You are reading a copy of the observatory as files. It holds every page that links and lists lead to; queries, free filters and further rows of tables need the program, <code>blocwatch serve</code>. The tables themselves lie in the folder <code>data</code>, if this copy was made with them.
copy-missing-search = Search the copy
