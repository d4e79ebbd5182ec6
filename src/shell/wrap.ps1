# ca-sync: `poetry` is `ca-sync exec -- poetry` in projects with `ca-sync --store exec`. For Windows PowerShell 5.1 and PowerShell 7.
function global:poetry {
  $found = $false
  try {
    $windows = [IO.Path]::DirectorySeparatorChar -eq '\'
    $full = if ($windows) { '^([A-Za-z]:[\\/]|\\\\)' } else { '^/' }
    $dir = if ($env:CA_SYNC_STATE_DIR -match $full) { $env:CA_SYNC_STATE_DIR }
    elseif ($windows) { [IO.Path]::Combine($env:LOCALAPPDATA, 'ca-sync') }
    elseif ($env:XDG_STATE_HOME -match $full) { [IO.Path]::Combine($env:XDG_STATE_HOME, 'ca-sync') }
    else { [IO.Path]::Combine($HOME, '.local/state/ca-sync') }
    $list = [IO.Path]::Combine($dir, 'exec')
    $node, $program = @node@, @program@
    if ([IO.File]::Exists($list) -and [IO.File]::Exists($node) -and [IO.File]::Exists($program)) {
      $here = $PWD.ProviderPath
      while ($here -and -not [IO.File]::Exists([IO.Path]::Combine($here, 'pyproject.toml'))) {
        $here = [IO.Path]::GetDirectoryName($here)
      }
      $found = $here -and ([IO.File]::ReadAllText($list) -split '\r?\n') -contains $here
    }
  } catch {
    if ($Error.Count -gt 0) { $Error.RemoveAt(0) }
  }
  if ($found) {
    $words = @($program, 'exec', '--', 'poetry') + $args
    & $node $words
  }
  else {
    & (Get-Command poetry -CommandType Application -ErrorAction Stop | Select-Object -First 1) @args
  }
}
