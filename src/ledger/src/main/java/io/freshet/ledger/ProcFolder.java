package io.freshet.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The system's list of its processes, {@code /proc} on Linux, see <i>proc(5)</i>. It need not be
 * whole: mounted with {@code hidepid} it hides what other users run from those who are not root.
 */
record ProcFolder(Path root) {
  static final ProcFolder SYSTEM = new ProcFolder(Path.of("/proc"));

  /** Boot, and what numbers processes and counts their time there. */
  String machine() throws IOException {
    requireOwnNumbers();
    Path time = root.resolve("self/ns/time"); // Linux 5.6 and later.
    return Files.readString(root.resolve("sys/kernel/random/boot_id")).strip()
        + "/"
        + Files.readSymbolicLink(root.resolve("self/ns/pid"))
        + (Files.exists(time) ? "/" + Files.readSymbolicLink(time) : "");
  }

  /** It may be that of another namespace, in which this process has another number. */
  private void requireOwnNumbers() throws IOException {
    String self = Files.readSymbolicLink(root.resolve("self")).toString();
    if (!self.equals(Long.toString(ProcessHandle.current().pid()))) {
      throw new IOException(root + " numbers processes as another namespace does");
    }
  }

  /**
   * When a process started, in ticks since boot.
   *
   * @throws NoSuchFileException if no such process is shown
   */
  long startOf(long pid) throws IOException {
    String stat = Files.readString(root.resolve(pid + "/stat"));
    // The 22nd field; the second may hold spaces, in parentheses.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length < 20) {
      throw new IOException("Not a stat of a process: " + stat);
    }
    return Long.parseLong(fields[19]);
  }

  /**
   * Whether a process that is not shown surely is not there: nothing is hidden by the way it is
   * mounted, nor by anything else, as far as the first process tells, which is always there.
   */
  boolean isWhole() {
    try {
      return hidesNothing(Files.readString(root.resolve("self/mountinfo")), root.toString())
          && startOf(1) >= 0;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /**
   * Whether the last mount at {@code at} is a whole list of processes that hides none.
   *
   * @param mountinfo as <i>proc(5)</i> has it, a line for each mount: {@code 36 35 98:0 / /proc rw
   *     - proc proc rw,hidepid=2}
   */
  static boolean hidesNothing(String mountinfo, String at) {
    boolean hidesNothing = false;
    for (String line : mountinfo.lines().toList()) {
      List<String> fields = List.of(line.split(" ", -1));
      int end = fields.indexOf("-");
      if (fields.size() < 6 || !fields.get(4).equals(at)) {
        continue;
      }
      hidesNothing =
          end >= 6
              && fields.size() > end + 3
              && fields.get(3).equals("/")
              && fields.get(end + 1).equals("proc")
              && Stream.of(fields.get(5), fields.get(end + 3))
                  .flatMap(options -> Stream.of(options.split(",", -1)))
                  .filter(option -> option.startsWith("hidepid"))
                  .allMatch(option -> option.equals("hidepid=0") || option.equals("hidepid=off"));
    }
    return hidesNothing;
  }
}
