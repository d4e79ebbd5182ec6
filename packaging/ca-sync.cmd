@node "%~dp0..\dist\main.cjs" %*
