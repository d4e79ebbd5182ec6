    case $word in
      @valued@) skip=$word ;;
      -*) ;;
      *) case "$at $word" in @paths@) at=${at:+$at }$word ;; esac ;;
    esac
  done
  case "$at $prev" in
@values@
    *)
      case $cur in
        -*) case $at in
@options@
        esac ;;
        *) case $at in
@words@
        esac ;;
      esac
      ;;
  esac
