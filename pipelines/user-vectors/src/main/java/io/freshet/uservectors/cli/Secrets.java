package io.freshet.uservectors.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must not stand on a command line, which every user of the machine can read, nor in what is
 * printed: settings whose names say that they are secrets, and addresses with credentials in them.
 */
public final class Secrets {
  /**
   * Names of settings that hold a secret, as Hadoop's file systems and their like have them. Not
   * among them is what only says where a secret is or who provides it: {@code
   * hadoop.security.credential.provider.path}, {@code fs.s3a.aws.credentials.provider}, {@code
   * fs.gs.auth.service.account.json.keyfile}.
   */
  public static final String NAMES =
      "(?i:secret|passw(?:or)?d|passphrase|token|session"
          + "|(?:access|account|private|encryption|provided|shared|storage|api|signing|master)[._-]?key(?!file|store|[._-]?provider)"
          + "|[._-]key$|credentials?$|[._-]sas(?:[._-]|$))";

  /** A setting with such a name and its value, or the password in an address, in any text. */
  public static final String IN_TEXT =
      "[\\w.-]*" + NAMES + "[\\w.-]*[\"']?\\s*[=:]\\s*\\S+|(?<=://)[^\\s/@]*:[^\\s@]*(?=@)";

  private static final Pattern NAME = Pattern.compile(NAMES);
  private static final Pattern AUTHORITY = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*:/{2,}([^/]*)");
  private static final Pattern NOT_A_PORT = Pattern.compile("[^\\[]*:\\d*[^\\d\\]][^\\]]*");

  private Secrets() {}

  /** Whether a setting of this name holds a secret. */
  static boolean isName(String name) {
    return NAME.matcher(name).find();
  }

  /**
   * Whether this is an address with a password in it, such as {@code s3a://KEY:SECRET@bucket}, also
   * if a slash in the password makes it look like a path. A user alone is no secret: {@code
   * abfs://container@account} and {@code sftp://user@host} are addresses as they should be.
   */
  static boolean areIn(String address) {
    Matcher found = AUTHORITY.matcher(address);
    if (!found.find()) {
      return false;
    }
    String authority = found.group(1).replaceAll("(?i)%3a", ":");
    int at = authority.lastIndexOf('@');
    return at >= 0
        ? authority.lastIndexOf(':', at) >= 0
        : NOT_A_PORT.matcher(authority).matches() && address.indexOf('@') > 0;
  }

  /** An argument as it may be printed: without its value if that may hold a secret. */
  static String masked(String argument) {
    if (areIn(argument)) {
      return "an address with credentials";
    }
    int equals = argument.indexOf('=');
    boolean secret = isName(argument) || areIn(argument.substring(equals + 1));
    return secret && equals >= 0 ? argument.substring(0, equals) + "=..." : argument;
  }
}
