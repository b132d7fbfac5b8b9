package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.SecretMap;
import io.freshet.changes.ServerAddress;
import java.io.Serializable;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A collection in Milvus, how to reach it, and what it must look like.
 *
 * @param uri {@code http://host:port} or {@code https://host:port}; the ports are 19530 and 443
 *     where it names none
 * @param token {@code user:password} or an API key; empty for a server without authentication. A
 *     secret: {@link #toString} leaves it out
 * @param database empty for the server's default database
 * @param collection the collection's name
 * @param keyField the name of the primary key field, a VARCHAR
 * @param maxKeyBytes the {@code max_length} of the key field, in bytes of UTF-8, 1 to 65,535
 * @param dimension the number of floats in a vector, at least 1
 * @param ledgerId the ledger that the collection belongs to: one word
 * @param collectionId the server's id of the collection, see {@link EnsuredCollection}; 0 where it
 *     is not known, or the server gives none
 */
public record MilvusTarget(
    String uri,
    String token,
    String database,
    String collection,
    String keyField,
    int maxKeyBytes,
    int dimension,
    String ledgerId,
    long collectionId)
    implements Serializable {

  private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern WORD = Pattern.compile("\\S+");

  public MilvusTarget {
    require(!uri.contains("@"), "The Milvus URI holds credentials; put them in MILVUS_TOKEN");
    String path = address(uri).path();
    require(
        path.isEmpty() || path.equals("/"),
        "The Milvus URI has a path; name the database with --database");
    require(!collection.isEmpty(), "The collection has no name; set --collection");
    require(
        FIELD_NAME.matcher(keyField).matches(),
        "The key field '"
            + keyField
            + "' is no field name: letters, digits and _ only; give it another name with"
            + " --keyField");
    require(
        !CollectionSchemas.isTaken(keyField),
        "The key field '"
            + keyField
            + "' has a name that means something else to the pipeline or to Milvus; give it another"
            + " name with --keyField");
    require(
        maxKeyBytes >= 1 && maxKeyBytes <= 65_535,
        "The longest key must have 1 to 65535 bytes, not " + maxKeyBytes);
    require(dimension >= 1, "The dimension must be at least 1, not " + dimension);
    require(
        WORD.matcher(ledgerId).matches(),
        "The ledger's id must be one word, not '" + ledgerId + "'");
  }

  /**
   * A target with the usual key field ({@code user_id}, at most 256 bytes), the default database
   * and no token.
   *
   * @throws FreshetException with the category OPTION if a value is of the wrong form
   */
  public static MilvusTarget of(String uri, String collection, int dimension, String ledgerId) {
    return new MilvusTarget(uri, "", "", collection, "user_id", 256, dimension, ledgerId, 0);
  }

  /** The same target with these credentials. */
  public MilvusTarget withToken(String value) {
    return new MilvusTarget(
        uri, value, database, collection, keyField, maxKeyBytes, dimension, ledgerId, collectionId);
  }

  /** The same target in this database. */
  public MilvusTarget withDatabase(String value) {
    return new MilvusTarget(
        uri, token, value, collection, keyField, maxKeyBytes, dimension, ledgerId, collectionId);
  }

  /** The same target with this key field, of at most {@code maxBytes} bytes of UTF-8. */
  public MilvusTarget withKeyField(String name, int maxBytes) {
    return new MilvusTarget(
        uri, token, database, collection, name, maxBytes, dimension, ledgerId, collectionId);
  }

  /** The same target, which is this very collection and no other of its name. */
  public MilvusTarget withCollectionId(long id) {
    return new MilvusTarget(
        uri, token, database, collection, keyField, maxKeyBytes, dimension, ledgerId, id);
  }

  /**
   * Whether it may be in Milvus Lite, which alone gives no ids. "Writes to the same collection must
   * be serialized" there (its manual, Limitations).
   */
  public boolean isLite() {
    return collectionId == 0;
  }

  Endpoint endpoint() {
    ServerAddress server = address(uri);
    return new Endpoint(server.host(), port(), server.tls(), token, database);
  }

  /** Where the server is. */
  ServerAddress address() {
    return address(uri);
  }

  /** The port, which the address need not name. */
  int port() {
    ServerAddress server = address(uri);
    return server.port().orElse(server.tls() ? 443 : 19530);
  }

  @Override
  public String toString() {
    return collection + (database.isEmpty() ? "" : " of database " + database) + " at " + uri;
  }

  /** The token is not written with it: {@link SecretMap} says why. */
  private Object writeReplace() {
    return token.isEmpty()
        ? this
        : new Written(withToken(""), SecretMap.copyOf(Map.of("token", token)));
  }

  private record Written(MilvusTarget target, Map<String, String> secret) implements Serializable {
    private Object readResolve() {
      return target.withToken(secret.get("token"));
    }
  }

  private static ServerAddress address(String uri) {
    // Without the text: it may hold a password.
    return ServerAddress.parse(uri)
        .orElseThrow(
            () ->
                new FreshetException(
                    FailureCategory.OPTION,
                    "The Milvus URI is malformed; write http://host:19530 or https://host"))
        .requireName();
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new FreshetException(FailureCategory.OPTION, message);
    }
  }
}
