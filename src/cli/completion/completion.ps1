# Completion of ca-sync. Node is started for the names of sources and profiles only.
Register-ArgumentCompleter -Native -CommandName ca-sync -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or ($_.Extent.EndOffset -eq $cursorPosition -and -not $wordToComplete) } | ForEach-Object { $_.ToString() })
  $cur = "$wordToComplete"
  $at = ''; $dir = ''; $skip = ''; $kind = ''; $list = @()
  $prev = if ($words.Count -gt 1) { $words[-1] } else { '' }
  for ($i = 1; $i -lt $words.Count; $i++) {
    $word = $words[$i]
    if ($word -ceq '--') {
      if ($at -cne 'exec') { return }
      $line = (@($words | Select-Object -Skip ($i + 1)) + $cur) -join ' '
      return (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches
    }
    if ($skip) {
      if ('-C', '--project' -ccontains $skip) { $dir = $word.Trim('"', "'") }
      $skip = ''
    }
    elseif (@valued@ -ccontains $word) { $skip = $word }
    elseif (-not $word.StartsWith('-') -and @paths@ -ccontains "$at $word") { $at = "$at $word".Trim() }
  }
  switch -CaseSensitive -Exact ("$at $prev") {
@values@
    default {
      if ($cur.StartsWith('-')) {
        switch -CaseSensitive -Exact ($at) {
@options@
        }
      }
      else {
        switch -CaseSensitive -Exact ($at) {
@words@
        }
      }
    }
  }
  if ($kind -eq 'folder') { return Get-ChildItem -Directory -Path "$cur*" -ErrorAction SilentlyContinue | Resolve-Path -Relative }
  if ($kind -eq 'file') { return Get-ChildItem -Path "$cur*" -ErrorAction SilentlyContinue | Resolve-Path -Relative }
  if ($kind) { $list = @(ca-sync completion --offer $kind $dir 2>$null) }
  foreach ($one in $list) {
    $name, $says = "$one" -split "`t", 2
    if (-not $name.StartsWith($cur)) { continue }
    $text = if ($name -match '\s') { "'" + $name.Replace("'", "''") + "'" } else { $name }
    [System.Management.Automation.CompletionResult]::new($text, $name, 'ParameterValue', $(if ($says) { $says } else { $name }))
  }
}
