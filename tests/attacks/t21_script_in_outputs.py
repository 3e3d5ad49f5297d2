"""Show HTML, SVG, JavaScript, LaTeX and pictures that would run script in the browser of whoever looks.
Row 21. Known types only, HTML without script, pictures that are what they say.
"""
# ruff: noqa: E501

OUTCOME = "not attempted"
BEFORE = r"""
from IPython.display import HTML, SVG, Image, Javascript, Latex, Markdown, display

display(HTML("<img src=x onerror=alert(1)><script>alert(1)</script><iframe srcdoc='<script>x</script>'></iframe>"))
display(HTML("<a href='javascript:alert(1)'>x</a><svg onload=alert(1)><style>@import 'http://x';</style></svg>"))
display(HTML("<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"))
display(HTML("<form action='http://x'><input name=x><base href='http://x'><meta http-equiv=refresh content=0>"))
display(HTML("<img src='data:image/svg+xml,<svg onload=alert(1)>'><object data='data:text/html,x'></object>"))
display(Javascript("alert(1)"), Markdown("<script>alert(1)</script>"), Latex(r"$\href{javascript:alert(1)}{x}$"))
display(HTML(r"$\href{javascript:alert(1)}{x}$"))
for mime in ("image/svg+xml", "application/vnd.jupyter.widget-view+json", "text/html; charset=x", "IMAGE/PNG"):
    display({mime: "<svg onload=alert(1)><script>alert(1)</script>"}, raw=True)
display({"image/png": "PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+", "image/jpeg": "not base64 <script>"}, raw=True)
display({"text/plain": "x"}, metadata={"isolated": True, "onload": "alert(1)"}, raw=True)
print("<script>alert(1)</script>".replace("script", "scr" + "ipt"))
"""
#: What is printed is text, which every page escapes.
NEVER = (
    "<script>x",
    "onerror=",
    "onload=",
    "href=",
    "srcdoc",
    r"\\href",
    "<svg",
    "<iframe",
    "<form",
    "isolated",
)
