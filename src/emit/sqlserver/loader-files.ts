/** `load.sh` and `load.cmd`: all scripts in order, each in a session of its own; they stop at the first error, and go on there when they are run again. */
import type { VersionRules } from "./versions.ts";

export interface LoaderFile {
  readonly name: string;
  readonly text: string;
  /** POSIX permissions. */
  readonly mode: number;
}

/** File names are ours: letters, digits, `-`, `_` and dots. */
export function loaderFiles(names: readonly string[], rules: VersionRules): LoaderFile[] {
  return [
    { name: "load.sh", text: shell(names, rules), mode: 0o755 },
    { name: "load.cmd", text: command(names, rules).replaceAll("\n", "\r\n"), mode: 0o644 },
  ];
}

/** What of 2000 goes on behind an error, and says at its end that there was one. */
const goesOn = /^8[02]-/;

/** sqlcmd knows UTF-16 by its mark, UTF-8 by nothing; `-x` leaves `$(…)` alone. The one in Go needs no code page, and most of its versions do not know -f. */
function codePage({ encoding }: VersionRules): string {
  return encoding === "utf8" ? "-f 65001" : "";
}

function shell(names: readonly string[], rules: VersionRules): string {
  return `#!/bin/sh
# Runs the rebuild scripts. What is loaded is passed over, so that it may be run again after a stop.
# Give the database, then what sqlcmd needs to reach it: ./load.sh Shop -S db.example -U loader
set -eu
if [ "$#" -lt 1 ]; then
  echo "usage: $0 DATABASE [options of sqlcmd: -S server, -U login or -E, -N, -C]" >&2
  exit 2
fi
database=$1
shift
cd "$(dirname "$0")"
codepage="${codePage(rules)}"
case "$("\${SQLCMD:-sqlcmd}" --version 2>&1 || true)" in *"Version: v"*) codepage= ;; esac
unpacked=$(mktemp)
trap 'rm -f "$unpacked"' EXIT
for script in ${names.join(" \\\n  ")}
do
  echo "$script"
  file=$script
  case "$script" in
    *.gz) file=$unpacked && gunzip -c "$script" > "$file" ;;
  esac
${rules.sysViews ? "  stop=-b" : '  case "$script" in 80-*|82-*) stop= ;; *) stop=-b ;; esac'}
  if ! "\${SQLCMD:-sqlcmd}" -d "$database" "$@" $stop -x $codepage -i "$file"; then
    echo "stopped in $script: put right what is said above, then run the same command again" >&2
    exit 1
  fi
done
echo "all scripts have run"
`;
}

/** Windows brings nothing of its own that unpacks them. */
function packed(names: readonly string[]): string {
  const first = names.find((name) => name.endsWith(".gz"))?.replace(/\.gz$/, "");
  if (first === undefined) return "";
  return `if not exist ${first} (\n  echo unpack the .gz files beside this one first 1>&2\n  exit /b 2\n)\n`;
}

/** For 2000 its own osql, since sqlcmd does not reach it. */
function command(names: readonly string[], rules: VersionRules): string {
  const tool = rules.sysViews ? "sqlcmd" : "osql";
  const call = (name: string): string => {
    const stop = rules.sysViews || !goesOn.test(name) ? "-b" : "";
    return `call :run ${name.replace(/\.gz$/, "")} ${stop}`.trim();
  };
  const page = rules.sysViews
    ? `set CODEPAGE=${codePage(rules)}\nsqlcmd --version 2>nul | find "Version: v" >nul && set CODEPAGE=\n`
    : "set CODEPAGE=\n";
  return `@echo off
rem Runs the rebuild scripts. What is loaded is passed over, so that it may be run again after a stop.
rem Give the database, then what ${tool} needs to reach it: load.cmd Shop -S db.example -E
setlocal
if "%~1"=="" (
  echo usage: %~nx0 DATABASE [options of ${tool}: -S server, -U login or -E] 1>&2
  exit /b 2
)
set DATABASE=%~1
set OPTIONS=%*
call set OPTIONS=%%OPTIONS:*%1=%%
cd /d "%~dp0"
${page}${packed(names)}${names.map((name) => `${call(name)} || exit /b 1`).join("\n")}
echo all scripts have run
exit /b 0

:run
echo %1
${tool} -d "%DATABASE%" %OPTIONS% %2 ${rules.sysViews ? "-x" : "-n"} %CODEPAGE% -i %1
if errorlevel 1 (
  echo stopped in %1: put right what is said above, then run the same command again 1>&2
  exit /b 1
)
exit /b 0
`;
}
