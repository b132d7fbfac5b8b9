"""Tests of ./freshet: the script itself, in a project of its own, with Java, Maven and apt-get played by stubs."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parent.parent / "freshet"
SYSTEM = (
    "bash",
    "env",
    "readlink",
    "dirname",
    "sed",
    "find",
    "grep",
    "head",
    "tail",
    "tee",
    "touch",
    "mkdir",
    "cat",
    "flock",
    "sha256sum",
    "sleep",
    "chmod",
)

JAVA = """#!/bin/bash
if [[ $1 == -version ]]; then
  echo "openjdk version \\"${JAVA_IS:-17.0.15}\\" 2025-04-15" >&2
  [[ -z ${HOTSPOT-} ]] || echo 'OpenJDK 64-Bit Server VM (build 17.0.15+6, mixed mode)' >&2
  if [[ -n ${VERSION_WAITS-} ]]; then
    touch "$RECORD/waits"
    sleep 0.5
  fi
  exit
fi
printf '%s\\n' "$$" >"$RECORD/java.pid"
printf '%s\\n' "$@" >"$RECORD/java"
grep ^SigBlk: /proc/self/status >"$RECORD/java.blocked"
pwd >"$RECORD/java.folder"
printf '%s\n' "${LC_ALL-}" >"$RECORD/java.locale"
if [[ -n ${JAVA_WAITS-} ]]; then
  trap 'exit 7' TERM
  for ((i = 0; i < 200; i++)); do sleep 0.1; done
fi
exit "${JAVA_STATUS:-0}"
"""

MVN = """#!/bin/bash
printf '%s\\n' "$*" >>"$RECORD/mvn"
pwd >"$RECORD/mvn.folder"
echo "no_build=${FRESHET_NO_BUILD-}" >"$RECORD/mvn.env"
echo '[INFO] Building Freshet: changes 0.1.0                                  [2/9]'
if [[ -n ${MVN_FAILS-} ]]; then
  echo '[ERROR] cannot find symbol'
  exit 1
fi
if [[ -n ${MVN_WAITS-} ]]; then
  echo "$$" >"$RECORD/waits"
  sleep 100
fi
if [[ " $* " == *' package '* ]]; then
  mkdir -p runners/direct/target
  echo '/lib/a.jar:/lib/b.jar' >runners/direct/target/classpath
  touch runners/direct/target/freshet-runner-direct-0.1.0.jar
fi
exit "${MVN_STATUS:-0}"
"""

# Plays python3, and the one of the virtual environment that it makes.
PYTHON = """#!/bin/bash
case "$*" in
  --version) echo "Python ${PYTHON_IS:-3.11.2}" ;;
  *version_info*) [[ -z ${PYTHON_OLD-} ]] ;;
  *ensurepip*) [[ -z ${NO_VENV-} || -f $RECORD/apt ]] ;;
  '-m venv --clear '*)
    mkdir -p "$4/bin"
    cat "$0" >"$4/bin/python"
    chmod +x "$4/bin/python"
    ;;
  *) printf '%s\\n' "$*" >>"$RECORD/python"; [[ $* != *pip* || -z ${PIP_FAILS-} ]] ;;
esac
"""

APT = """#!/bin/bash
[[ -z ${APT_FAILS-} ]] || { echo 'E: no such package'; exit 100; }
echo "$*" >>"$RECORD/apt"
if [[ $* == *prometheus-pushgateway* ]]; then
  echo '#!/bin/bash' >"$STUBS/prometheus-pushgateway"
  chmod +x "$STUBS/prometheus-pushgateway"
fi
"""


class LauncherTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.home = self.folder / "a project"
        self.stubs = self.folder / "bin"
        self.record = self.folder / "record"
        self.elsewhere = self.folder / "elsewhere"
        for each in (self.home, self.stubs, self.record, self.elsewhere):
            each.mkdir()
        shutil.copy(LAUNCHER, self.home / "freshet")
        (self.home / "requirements.txt").write_text("deltalake==1\n")
        (self.home / "requirements-tests.txt").write_text("milvus==1\n")
        (self.home / "requirements-s3.txt").write_text("moto==1\n")
        for source in ("pom.xml", "src/changes/pom.xml", "src/changes/src/main/java/A.java"):
            self.write(source)
        (self.home / "pipelines").mkdir()
        (self.home / "runners").mkdir()
        for name in SYSTEM:
            (self.stubs / name).symlink_to(shutil.which(name) or self.fail(f"{name} is not on the PATH"))
        for name, text in (("java", JAVA), ("javac", "#!/bin/bash\n"), ("mvn", MVN), ("python3", PYTHON)):
            self.stub(name, text)
        self.stub("prometheus-pushgateway", "#!/bin/bash\n")

    def stub(self, name: str, text: str) -> None:
        (self.stubs / name).write_text(text)
        (self.stubs / name).chmod(0o755)

    def write(self, source: str) -> None:
        """A source file, in whose time a build that is there is older."""
        path = self.home / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("new")

    def environment(self, settings: dict[str, str]) -> dict[str, str]:
        return {"PATH": str(self.stubs), "RECORD": str(self.record), "STUBS": str(self.stubs), **settings}

    def freshet(
        self, *arguments: str, program: Path | None = None, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(program or self.home / "freshet"), *arguments],
            cwd=self.elsewhere,
            env=self.environment(settings),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def recorded(self, name: str) -> list[str]:
        path = self.record / name
        return path.read_text().splitlines() if path.exists() else []


class CommandTest(LauncherTest):
    def test_no_command_is_help(self) -> None:
        for arguments in ([], ["help"], ["--help"]):
            done = self.freshet(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("Usage: ./freshet COMMAND", done.stdout)

    def test_unknown_command_is_an_error_with_status_2(self) -> None:
        done = self.freshet("runn")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("unknown command 'runn'", done.stderr)

    def test_arguments_reach_java_as_they_are_in_the_users_folder(self) -> None:
        done = self.freshet("run", "--textTemplate={user_id} {item_id}", "--rowFilter=a = 'b*'", "")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertEqual(
            self.recorded("java")[-5:],
            ["io.freshet.runners.direct.Main", "run", "--textTemplate={user_id} {item_id}", "--rowFilter=a = 'b*'", ""],
        )
        self.assertEqual(self.recorded("java.folder"), [str(self.elsewhere)])

    def test_class_path_is_the_runner_and_what_the_build_wrote(self) -> None:
        self.freshet("status")
        java = self.recorded("java")
        jar = self.home / "runners/direct/target/freshet-runner-direct-0.1.0.jar"
        self.assertEqual(java[java.index("-cp") + 1], f"{jar}:/lib/a.jar:/lib/b.jar")

    def test_exit_status_is_javas(self) -> None:
        self.assertEqual(self.freshet("run", JAVA_STATUS="5").returncode, 5)

    def test_signals_reach_java(self) -> None:
        process = subprocess.Popen(
            [str(self.home / "freshet"), "run"],
            env=self.environment({"JAVA_WAITS": "1"}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 30
        while not self.recorded("java.folder") and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(self.recorded("java.pid"), [str(process.pid)])
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10), 7)

    def stopped(self, signal_number: int = signal.SIGTERM, **settings: str) -> subprocess.Popen[bytes]:
        """A pipeline that is stopped when a stub has said that it waits."""
        process = subprocess.Popen(
            [str(self.home / "freshet"), "run"],
            env=self.environment(settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Where the tests run in the background of a script, SIGINT is ignored, and bash leaves it so.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 30
        while not (self.record / "waits").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal_number)
        return process

    def test_stop_before_java_has_started_ends_with_status_0(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self.assertEqual(self.stopped(number, VERSION_WAITS="1").wait(10), 0)
            self.assertEqual(self.recorded("java"), [])
            (self.record / "waits").unlink()

    def test_stop_while_it_is_built_ends_the_build_with_status_0(self) -> None:
        self.assertEqual(self.stopped(MVN_WAITS="1").wait(10), 0)
        maven = int(self.recorded("waits")[0])
        deadline = time.monotonic() + 10
        while Path(f"/proc/{maven}").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertFalse(Path(f"/proc/{maven}").exists(), "Maven goes on")
        self.assertEqual(self.recorded("java"), [])
        self.assertEqual(self.freshet("run").returncode, 0)

    def test_signals_wait_while_the_jvm_of_a_pipeline_starts(self) -> None:
        term = 1 << (signal.SIGTERM - 1)
        self.freshet("run", HOTSPOT="1")
        self.assertIn("-Xrs", self.recorded("java"))
        self.assertTrue(int(self.recorded("java.blocked")[0].split()[1], 16) & term)
        for other in (self.freshet("run"), self.freshet("status", HOTSPOT="1")):
            self.assertEqual(other.returncode, 0)
            self.assertNotIn("-Xrs", self.recorded("java"))
            self.assertFalse(int(self.recorded("java.blocked")[0].split()[1], 16) & term)

    def test_link_from_elsewhere_finds_the_project(self) -> None:
        first, second = self.elsewhere / "first", self.elsewhere / "second"
        first.symlink_to(self.home / "freshet")
        second.symlink_to("first")
        self.assertEqual(self.freshet("status", program=second).returncode, 0)
        self.assertEqual(self.recorded("mvn.folder"), [str(self.home)])

    def test_heap_has_a_default_and_the_users_options_replace_it(self) -> None:
        self.freshet("run")
        self.assertIn("-Xmx2g", self.recorded("java"))
        self.freshet("run", FRESHET_JAVA_OPTS="-Xmx300m -Dx=y")
        self.assertEqual(self.recorded("java")[:2], ["-Xmx300m", "-Dx=y"])
        self.assertNotIn("-Xmx2g", self.recorded("java"))

    def test_java_that_is_too_old_is_named(self) -> None:
        for version in ("11.0.2", "1.8.0_402"):
            done = self.freshet("run", JAVA_IS=version)
            self.assertEqual(done.returncode, 1)
            self.assertIn("needs 17 or newer", done.stderr)
        self.assertEqual(self.freshet("run", JAVA_IS="21").returncode, 0)

    def test_java_home_comes_before_the_path(self) -> None:
        done = self.freshet("run", JAVA_HOME="/nowhere")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nowhere/bin/java not found", done.stderr)


# Plays locale: its encoding is $CHARMAP, and what is installed $INSTALLED.
LOCALE = """#!/bin/bash
case $1 in
  charmap) echo "$CHARMAP" ;;
  -a) printf '%s\\n' C ${INSTALLED-} POSIX ;;
esac
"""


class LocaleTest(LauncherTest):
    LETTER = "--textTemplate={user_id} ż"

    def locale(self, *arguments: str, **settings: str) -> str:
        done = self.freshet("run", *arguments, **settings)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.recorded("java")[-len(arguments) - 1 :], ["run", *arguments])
        return self.recorded("java.locale")[0]

    def test_java_gets_a_locale_of_utf8_where_the_users_is_ascii(self) -> None:
        self.stub("locale", LOCALE)
        for charmap in ("ANSI_X3.4-1968", "US-ASCII"):
            self.assertEqual(self.locale(self.LETTER, LANG="C", CHARMAP=charmap, INSTALLED="C.utf8"), "C.utf8")
            self.assertEqual(self.locale(self.LETTER, LC_ALL="C", CHARMAP=charmap, INSTALLED="de_DE de_DE.UTF-8"), "de_DE.UTF-8")

    def test_locale_of_utf8_stays(self) -> None:
        self.stub("locale", LOCALE)
        for name in ("C.UTF-8", "tr_TR.utf8"):
            self.assertEqual(self.locale(self.LETTER, LC_ALL=name, CHARMAP="UTF-8"), name)
        self.assertEqual(self.locale(self.LETTER, LANG="tr_TR.UTF-8", CHARMAP="UTF-8"), "")

    def test_without_the_program_the_environment_tells(self) -> None:
        self.assertEqual(self.locale(self.LETTER), "C.UTF-8")
        self.assertEqual(self.locale(self.LETTER, LC_ALL="POSIX", LANG="de_DE.UTF-8"), "C.UTF-8")
        self.assertEqual(self.locale(self.LETTER, LANG="de_DE.UTF-8"), "")

    def test_options_in_another_encoding_are_refused_by_its_name(self) -> None:
        self.stub("locale", LOCALE)
        self.assertEqual(self.locale("--table=/t", LANG="de_DE", CHARMAP="ISO-8859-1", INSTALLED="C.utf8"), "C.utf8")
        done = self.freshet("status", self.LETTER, LANG="de_DE", CHARMAP="ISO-8859-1", INSTALLED="C.utf8")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the locale's encoding is ISO-8859-1", done.stderr)
        self.assertNotIn("status", self.recorded("java"))

    def test_machine_without_a_locale_of_utf8_is_told_what_to_install(self) -> None:
        self.stub("locale", LOCALE)
        done = self.freshet("run", LANG="C", CHARMAP="ANSI_X3.4-1968", INSTALLED="de_DE")
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt-get install locales", done.stderr)
        self.assertEqual(self.recorded("java"), [])


class BuildTest(LauncherTest):
    def test_first_run_builds_and_says_so_on_stderr(self) -> None:
        done = self.freshet("status")
        self.assertEqual(done.stdout, "")
        self.assertIn("building 2/9: Freshet: changes 0.1.0", done.stderr)
        self.assertEqual(len(self.recorded("mvn")), 1)

    def test_second_run_does_not_build(self) -> None:
        self.freshet("status")
        self.assertEqual(self.freshet("status").stderr, "")
        self.assertEqual(len(self.recorded("mvn")), 1)

    def test_changed_source_is_built(self) -> None:
        for count, source in enumerate(["pom.xml", "src/changes/src/main/java/A.java", "src/changes/pom.xml"], start=2):
            self.freshet("status")
            self.write(source)
            self.freshet("status")
            self.assertEqual(len(self.recorded("mvn")), count, source)

    def test_removed_source_is_built(self) -> None:
        self.freshet("status")
        (self.home / "src/changes/src/main/java/A.java").unlink()
        self.freshet("status")
        self.assertEqual(len(self.recorded("mvn")), 2)

    def test_changed_test_is_not_built(self) -> None:
        self.write("src/changes/src/test/java/ATest.java")
        self.freshet("status")
        self.write("src/changes/src/test/java/ATest.java")
        self.freshet("status")
        self.assertEqual(len(self.recorded("mvn")), 1)

    def test_failed_build_shows_its_errors_and_is_tried_again(self) -> None:
        done = self.freshet("run", MVN_FAILS="1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("[ERROR] cannot find symbol", done.stderr)
        self.assertEqual(self.recorded("java"), [])
        self.assertEqual(self.freshet("run").returncode, 0)
        self.assertEqual(len(self.recorded("mvn")), 2)

    def test_no_build_is_made_where_the_caller_is_building(self) -> None:
        self.freshet("status")
        self.write("pom.xml")
        self.freshet("status", FRESHET_NO_BUILD="1")
        self.assertEqual(len(self.recorded("mvn")), 1)

    def test_two_at_once_build_once(self) -> None:
        processes = [
            subprocess.Popen(
                [str(self.home / "freshet"), "status"], env=self.environment({}), stderr=subprocess.DEVNULL
            )
            for _ in range(4)
        ]
        self.assertEqual([process.wait(60) for process in processes], [0, 0, 0, 0])
        self.assertEqual(len(self.recorded("mvn")), 1)

    def test_missing_maven_and_compiler_are_named(self) -> None:
        for program, package in (("mvn", "maven"), ("javac", "openjdk-17-jdk-headless")):
            hidden = self.stubs / program
            hidden.rename(self.folder / program)
            done = self.freshet("run")
            (self.folder / program).rename(hidden)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"apt-get install {package}", done.stderr)


class SetupTest(LauncherTest):
    def installs(self, requirements: str = "requirements.txt") -> int:
        return len([line for line in self.recorded("python") if "pip install" in line and line.endswith(f"/{requirements}")])

    def test_packages_are_installed_once(self) -> None:
        first = self.freshet("setup")
        self.assertEqual(first.returncode, 0)
        self.assertIn("into .tools/venv", first.stderr)
        self.assertNotIn("installing", self.freshet("setup").stderr)
        self.assertEqual(self.installs(), 1)

    def test_other_requirements_or_another_python_are_installed(self) -> None:
        self.freshet("setup")
        (self.home / "requirements.txt").write_text("deltalake==2\n")
        self.freshet("setup")
        self.assertEqual(self.installs(), 2)
        self.freshet("setup", PYTHON_IS="3.12.1")
        self.assertEqual(self.installs(), 3)

    def test_only_tests_have_the_standalone_milvus_and_an_s3_server_installed(self) -> None:
        self.freshet("demo")
        self.assertEqual(self.installs("requirements-tests.txt"), 0)
        self.assertEqual(self.installs("requirements-s3.txt"), 0)
        for _ in range(2):
            self.assertEqual(self.freshet("setup").returncode, 0)
            self.assertEqual(self.installs("requirements-tests.txt"), 1)
            self.assertEqual(self.installs("requirements-s3.txt"), 1)
        (self.home / "requirements-tests.txt").write_text("milvus==2\n")
        self.freshet("test")
        self.assertEqual(self.installs("requirements-tests.txt"), 2)
        self.assertEqual(self.installs(), 1)

    def test_failed_install_is_an_error_and_tried_again(self) -> None:
        done = self.freshet("setup", PIP_FAILS="1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("failed with status 1", done.stderr)
        self.assertEqual(self.freshet("setup").returncode, 0)
        self.assertEqual(self.installs(), 2)

    def test_old_python_is_named(self) -> None:
        done = self.freshet("setup", PYTHON_OLD="1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("3.10 or newer", done.stderr)

    def test_missing_venv_without_apt_is_an_error_with_the_way_out(self) -> None:
        done = self.freshet("setup", NO_VENV="1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt-get install python3-venv", done.stderr)

    def test_missing_pushgateway_without_apt_fails_tests_but_not_the_demo(self) -> None:
        (self.stubs / "prometheus-pushgateway").unlink()
        done = self.freshet("test")
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt-get install prometheus-pushgateway", done.stderr)
        self.assertEqual(self.recorded("mvn"), [])
        demo = self.freshet("demo")
        self.assertEqual(demo.returncode, 0)
        self.assertIn("goes on without a Pushgateway", demo.stderr)

    def test_missing_packages_are_installed_by_apt(self) -> None:
        (self.stubs / "prometheus-pushgateway").unlink()
        self.stub("apt-get", APT)
        self.stub("sudo", '#!/bin/bash\n[[ $1 == -n ]] && shift\n[[ $1 == true ]] || "$@"\n')
        done = self.freshet("setup", NO_VENV="1")
        self.assertEqual(done.returncode, 0, done.stderr)
        installed = [line for line in self.recorded("apt") if " install " in line]
        self.assertEqual([line.split()[-1] for line in installed], ["python3-venv", "prometheus-pushgateway"])

    def test_failed_apt_is_shown(self) -> None:
        (self.stubs / "prometheus-pushgateway").unlink()
        self.stub("apt-get", APT)
        self.stub("sudo", '#!/bin/bash\n[[ $1 == -n ]] && shift\n[[ $1 == true ]] || "$@"\n')
        done = self.freshet("setup", APT_FAILS="1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("E: no such package", done.stderr)
        self.assertIn("sudo apt-get install prometheus-pushgateway", done.stderr)


class TestCommandTest(LauncherTest):
    def test_test_runs_python_tests_then_maven_with_the_users_options(self) -> None:
        done = self.freshet("test", "-pl", "src/changes")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Building Freshet: changes", done.stdout)
        self.assertEqual(
            self.recorded("mvn"), [f"-B -ntp verify -Dfreshet.tools={self.home / '.tools'} -pl src/changes"]
        )
        self.assertEqual(self.recorded("mvn.folder"), [str(self.home)])
        self.assertEqual(self.recorded("mvn.env"), ["no_build=1"])
        tested = [line for line in self.recorded("python") if "unittest" in line]
        self.assertEqual(
            [line.split("a project/")[1] for line in tested],
            ["tools", "pipelines/user-vectors/demo", "pipelines/user-vectors/chaos"],
        )

    def test_test_ends_with_two_rounds_of_chaos_on_what_is_built(self) -> None:
        self.assertEqual(self.freshet("test").returncode, 0)
        self.assertEqual(len(self.recorded("mvn")), 2)
        self.assertIn(" package", self.recorded("mvn")[1])
        self.assertIn("/chaos/chaos.py", self.recorded("python")[-1])
        self.assertIn("--rounds=2 --seed=10", self.recorded("python")[-1])

    def test_failed_round_of_chaos_fails_the_test_command(self) -> None:
        self.stub("python3", PYTHON.replace("[[ $* != *pip*", "[[ $* != *chaos.py* ]] && [[ $* != *pip*"))
        self.assertEqual(self.freshet("test").returncode, 1)
        self.assertEqual(self.freshet("chaos").returncode, 1)

    def test_chaos_is_not_played_after_failed_tests_or_a_part_of_them(self) -> None:
        self.freshet("test", MVN_STATUS="9")
        self.freshet("test", "-pl", "src/changes")
        self.assertFalse([line for line in self.recorded("python") if "chaos.py" in line])

    def test_status_of_test_is_mavens(self) -> None:
        self.assertEqual(self.freshet("test", MVN_STATUS="9").returncode, 9)

    def test_failed_python_test_fails_after_maven(self) -> None:
        self.stub("python3", PYTHON.replace("[[ $* != *pip*", "[[ $* != *unittest* ]] && [[ $* != *pip*"))
        self.assertEqual(self.freshet("test").returncode, 1)
        self.assertEqual(len(self.recorded("mvn")), 1)

    def test_chaos_gets_its_options_and_this_launcher(self) -> None:
        self.assertEqual(self.freshet("chaos", "held", "--milvus=2.3.5").returncode, 0)
        self.assertEqual(
            self.recorded("python")[-1],
            f"-B {self.home}/pipelines/user-vectors/chaos/chaos.py --launcher={self.home}/freshet "
            f"--parent={self.home}/.tools held --milvus=2.3.5",
        )

    def test_demo_gets_its_options_and_this_launcher(self) -> None:
        self.assertEqual(self.freshet("demo", "--seconds=5").returncode, 0)
        self.assertEqual(
            self.recorded("python")[-1],
            f"-B {self.home}/pipelines/user-vectors/demo/demo.py --launcher={self.home}/freshet "
            f"--parent={self.home}/.tools --seconds=5",
        )


if __name__ == "__main__":
    unittest.main()
