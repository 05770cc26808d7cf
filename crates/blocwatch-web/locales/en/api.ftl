api-heading = For programs
api-intro = Everything on these pages is also an answer for programs, without a key. The same as a machine reads it: <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1). Findings of change come as a <a href="/feed.xml">feed</a>.
api-parameter = Parameter
api-what = What it does
api-may = From, to; if not given
api-required = needed
api-example = Example:
