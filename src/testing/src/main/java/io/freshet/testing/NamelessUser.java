package io.freshet.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A user with a number and no name, as container platforms give to the processes of others. */
public final class NamelessUser {
  public static final String UID = "12345";

  private static final List<String> AS_USER =
      List.of("unshare", "--user", "--map-user=" + UID, "--map-group=0");
  private static final List<String> AS_ROOT =
      List.of("setpriv", "--reuid=" + UID, "--regid=0", "--clear-groups");

  private NamelessUser() {}

  /**
   * What runs a command line as that user, without a home. Root and others can map their own
   * number, where the system lets them; else only root can become that user, who then sees no files
   * that are root's alone.
   */
  public static List<String> command() {
    for (List<String> way : List.of(AS_USER, AS_ROOT)) {
      if (succeeds(way, "true")) {
        if (succeeds(way, "id -un")) {
          throw new IllegalStateException("User " + UID + " has a name on this machine");
        }
        List<String> command = new ArrayList<>(way);
        command.addAll(List.of("env", "-u", "HOME", "-u", "USER", "-u", "HADOOP_USER_NAME"));
        return command;
      }
    }
    throw new IllegalStateException(
        "Neither unshare --user nor setpriv (util-linux) can run a command as user " + UID);
  }

  private static boolean succeeds(List<String> way, String script) {
    List<String> command = new ArrayList<>(way);
    command.addAll(List.of("sh", "-c", script));
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // It is not installed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
