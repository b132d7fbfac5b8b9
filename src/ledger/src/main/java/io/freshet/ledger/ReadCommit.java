package io.freshet.ledger;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * The file of a commit as it was when it was read. Not every storage and every writer puts a file
 * there as a whole (Delta protocol, section <i>Delta Log Entries</i>, asks for it): length and time
 * say whether it has to be looked at again, and the digest whether it has changed.
 *
 * @param version the commit's version
 * @param bytes how many bytes were read
 * @param modified the file's modification time before that, in milliseconds since 1970
 * @param digest the first digits of the content's digest
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"version", "bytes", "modified", "digest"})
public record ReadCommit(long version, long bytes, long modified, String digest) {
  /** Chance, and no one's skill, would have to make two contents of the same digits. */
  private static final int DIGITS = 16;

  public ReadCommit {
    digest = digest.length() > DIGITS ? digest.substring(0, DIGITS) : digest;
  }

  /** Whether it was read of a content of this digest. */
  public boolean isOf(String contentDigest) {
    return contentDigest.startsWith(digest);
  }
}
