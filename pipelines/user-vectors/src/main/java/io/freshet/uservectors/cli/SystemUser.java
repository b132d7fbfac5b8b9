package io.freshet.uservectors.cli;

import com.sun.security.auth.module.UnixSystem;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * The user that this process runs as, who need not have a name: platforms such as OpenShift give a
 * container a number that is in no {@code /etc/passwd}. Hadoop's login fails there, whatever file
 * system is asked for.
 */
final class SystemUser {
  private SystemUser() {}

  /**
   * Logs in with a name of our own where the system has none. Before anything of Hadoop is used.
   */
  static void logIn(Map<String, String> environment) {
    if (isWindows()) {
      return; // It numbers nobody.
    }
    UnixSystem system = new UnixSystem();
    nameFor(system.getUsername(), system.getUid(), environment)
        .ifPresent(
            name -> {
              // "?" by the JDK: a part of the temporary folder's name, by Hadoop's defaults.
              System.setProperty("user.name", name);
              if (!UserGroupInformation.isSecurityEnabled()) {
                UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
              }
            });
  }

  /**
   * The name to go by: that of {@code HADOOP_USER_NAME}, as Hadoop would have it, or else the
   * number. Empty if the system has one.
   *
   * @param systemName null if the system has none
   */
  static Optional<String> nameFor(String systemName, long uid, Map<String, String> environment) {
    if (systemName != null && !systemName.isEmpty()) {
      return Optional.empty();
    }
    String given = environment.getOrDefault("HADOOP_USER_NAME", "");
    return Optional.of(given.isEmpty() ? Long.toString(uid) : given);
  }

  private static boolean isWindows() {
    return System.getProperty("os.name").startsWith("Windows");
  }
}
