package io.freshet.ledger;

/**
 * The first row that could not be written for some reason.
 *
 * @param key its key, fit to be printed
 * @param message what is wrong with it
 * @param version the last commit of its slice
 */
public record FirstReject(String key, String message, long version) {
  /** The same for people. */
  public String text() {
    return text(key, message);
  }

  static String text(String key, String message) {
    return "key " + key + ": " + message;
  }
}
