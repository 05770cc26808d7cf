error-search = Search instead
error-home = To the first page
error-404 = Not found
error-400 = Not understood
error-422 = Too much at once
error-500 = This page could not be made
