search-heading = Search
search-what = What
search-near = Nothing is called “{ $q }”. The nearest names:
search-nothing = Nothing is called “{ $q }”, and nothing comes near.
