# ca-sync: renews your CodeArtifact tokens in time. For Windows PowerShell 5.1 and PowerShell 7.
if (-not (Test-Path Variable:global:__ca_sync_wait)) {
  $global:__ca_sync_wait = 0
  $global:__ca_sync_hold = 0
  $global:__ca_sync_due = -1
  $global:__ca_sync_seen = ''
  $global:__ca_sync_traced = $false
}
function global:__ca_sync_hook {
  try {
    if ($env:CA_SYNC_NO_HOOK) { return }
    $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
    # The clock may have been set back.
    if ($now -lt $global:__ca_sync_wait -and $now + 30 -ge $global:__ca_sync_wait) { return }
    $global:__ca_sync_wait = $now + 30
    $windows = [IO.Path]::DirectorySeparatorChar -eq '\'
    # A relative path would be another folder in each project.
    $full = if ($windows) { '^([A-Za-z]:[\\/]|\\\\)' } else { '^/' }
    $dir = if ($env:CA_SYNC_STATE_DIR -match $full) { $env:CA_SYNC_STATE_DIR }
    elseif ($windows) { [IO.Path]::Combine($env:LOCALAPPDATA, 'ca-sync') }
    elseif ($env:XDG_STATE_HOME -match $full) { [IO.Path]::Combine($env:XDG_STATE_HOME, 'ca-sync') }
    else { [IO.Path]::Combine($HOME, '.local/state/ca-sync') }
    if ($dir -notmatch $full) { return }
    # By this, doctor sees that the hook runs.
    if (-not $global:__ca_sync_traced -and [IO.Directory]::Exists($dir)) {
      $global:__ca_sync_traced = $true
      try { [IO.File]::WriteAllText([IO.Path]::Combine($dir, 'hook-powershell'), "`n") }
      catch { if ($Error.Count -gt 0) { $Error.RemoveAt(0) } }
    }
    $file = [IO.Path]::Combine($dir, 'notice')
    if ([IO.File]::Exists($file)) {
      $id, $text = ([IO.File]::ReadAllText($file) -split '\r?\n')[0] -split ' ', 2
      if ($text -and $id -cne $global:__ca_sync_seen) {
        $global:__ca_sync_seen = $id
        [Console]::Error.WriteLine('ca-sync: ' + ($text -replace '[\p{C}\p{Zl}\p{Zp}]', ' '))
      }
    }
    $file = [IO.Path]::Combine($dir, 'next')
    if (-not [IO.File]::Exists($file)) { return }
    $next = [long]0
    if (-not [long]::TryParse([IO.File]::ReadAllText($file), [ref]$next)) { $next = [long]0 }
    if ($now -lt $next) { return }
    # The run moves `next`. Where it cannot, it is not started at every look.
    if ($next -eq $global:__ca_sync_due -and $now -lt $global:__ca_sync_hold) { return }
    $global:__ca_sync_due = $next
    $global:__ca_sync_hold = $now + 300
    $node, $program = @node@, @program@
    $words = @jobWords@
    if (-not ([IO.File]::Exists($node) -and [IO.File]::Exists($program))) {
      [Console]::Error.WriteLine('ca-sync: ' + @gone@)
    } elseif ($windows) {
      # A path on Windows has no quotes in it.
      $words = @('"' + $program + '"') + $words
      Start-Process -FilePath $node -ArgumentList $words -WorkingDirectory $HOME -WindowStyle Hidden -ErrorAction Stop
    } else {
      $start = [Diagnostics.ProcessStartInfo]::new('/bin/sh')
      foreach ($word in @('-c', @detach@, 'sh', $node, $program) + $words) { $start.ArgumentList.Add($word) }
      [Diagnostics.Process]::Start($start).WaitForExit()
    }
  } catch {
    # What is caught is the user's last error otherwise.
    if ($Error.Count -gt 0) { $Error.RemoveAt(0) }
  }
}
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
  Write-Warning @constrained@
} elseif ("$function:prompt" -notmatch '__ca_sync_hook') {
  # A theme that was loaded since, or loaded again, has taken the place of ours.
  $global:__ca_sync_prompt = $function:prompt
  function global:prompt {
    # The old prompt may look at `$?`, and so may the next command; every command sets it.
    $__ca_sync_ok = $?
    if (-not $__ca_sync_ok) { Write-Error '' -ErrorAction Ignore }
    & $global:__ca_sync_prompt
    __ca_sync_hook
    if (-not $__ca_sync_ok) { Write-Error '' -ErrorAction Ignore }
  }
}
