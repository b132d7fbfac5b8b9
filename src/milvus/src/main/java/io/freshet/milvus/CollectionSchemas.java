package io.freshet.milvus;

import io.milvus.grpc.CollectionSchema;
import io.milvus.grpc.DataType;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.KeyValuePair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the collection of a target looks like, and how another one differs. */
final class CollectionSchemas {
  static final String VECTOR = "vector";
  static final String COMMIT_VERSION = "commit_version";
  static final String ROW_HASH = "row_hash";

  /** Names of other fields: the pipeline's and those that Milvus gives its own. */
  private static final Set<String> OTHERS =
      Set.of(VECTOR, COMMIT_VERSION, ROW_HASH, "RowID", "Timestamp");

  /** Words of Milvus's filter expressions, in any case. */
  private static final Set<String> WORDS =
      Set.of("and", "or", "not", "in", "like", "exists", "is", "null", "true", "false");

  private static final String DIMENSION = "dim";
  private static final String MAX_LENGTH = "max_length";

  private CollectionSchemas() {}

  /** Whether a key field cannot have that name, though it is of the right form. */
  static boolean isTaken(String name) {
    return OTHERS.contains(name) || WORDS.contains(name.toLowerCase(Locale.ROOT));
  }

  /** The schema that a new collection gets. */
  static CollectionSchema of(MilvusTarget target) {
    return CollectionSchema.newBuilder()
        .setName(target.collection())
        .setDescription(LedgerMark.description(target.ledgerId()))
        .addFields(
            field(target.keyField(), DataType.VarChar)
                .setIsPrimaryKey(true)
                .addTypeParams(pair(MAX_LENGTH, target.maxKeyBytes())))
        .addFields(
            field(VECTOR, DataType.FloatVector).addTypeParams(pair(DIMENSION, target.dimension())))
        .addFields(field(COMMIT_VERSION, DataType.Int64))
        .addFields(field(ROW_HASH, DataType.Int64))
        .build();
  }

  /**
   * How {@code schema} differs from what the target needs, each as "there: ..., wanted: ..."; empty
   * if rows of the target can be written. Fields that may stay empty are no difference.
   */
  static List<String> differences(MilvusTarget target, CollectionSchema schema) {
    Map<String, FieldSchema> fields =
        schema.getFieldsList().stream()
            .collect(Collectors.toMap(FieldSchema::getName, Function.identity(), (a, b) -> a));
    List<String> differences = new ArrayList<>();
    for (FieldSchema wanted : of(target).getFieldsList()) {
      FieldSchema there = fields.remove(wanted.getName());
      String thereText = there == null ? "no field " + wanted.getName() : describe(there);
      if (!thereText.equals(describe(wanted)) && !isRoomier(there, wanted)) {
        differences.add("there: " + thereText + ", wanted: " + describe(wanted));
      }
    }
    for (FieldSchema other : fields.values()) {
      boolean mayStayEmpty =
          other.getNullable()
              || other.hasDefaultValue()
              || other.getIsDynamic()
              || other.getIsFunctionOutput();
      if (!mayStayEmpty) {
        differences.add("there: " + describe(other) + ", wanted: no such field, or a nullable one");
      }
    }
    return differences;
  }

  /**
   * The name of the key field there, if that is all that differs: the key column had another name,
   * or was spelled otherwise, when the collection was made.
   */
  static Optional<String> otherKeyField(MilvusTarget target, CollectionSchema schema) {
    return schema.getFieldsList().stream()
        .filter(FieldSchema::getIsPrimaryKey)
        .map(FieldSchema::getName)
        .filter(name -> !name.equals(target.keyField()) && !isTaken(name))
        .filter(
            name -> differences(target.withKeyField(name, target.maxKeyBytes()), schema).isEmpty())
        .findFirst();
  }

  /** Whether the only difference is that longer keys fit. */
  private static boolean isRoomier(FieldSchema there, FieldSchema wanted) {
    return there != null
        && maxLength(there) > maxLength(wanted)
        && describe(there.toBuilder().clearTypeParams().build())
            .equals(describe(wanted.toBuilder().clearTypeParams().build()));
  }

  private static int maxLength(FieldSchema field) {
    return param(field.getTypeParamsList(), MAX_LENGTH).map(Integer::parseInt).orElse(0);
  }

  static Optional<String> param(List<KeyValuePair> pairs, String key) {
    return pairs.stream().filter(p -> p.getKey().equals(key)).map(KeyValuePair::getValue).findAny();
  }

  static KeyValuePair pair(String key, Object value) {
    return KeyValuePair.newBuilder().setKey(key).setValue(value.toString()).build();
  }

  private static FieldSchema.Builder field(String name, DataType type) {
    return FieldSchema.newBuilder().setName(name).setDataType(type);
  }

  private static String describe(FieldSchema field) {
    StringBuilder text = new StringBuilder(field.getName());
    text.append(' ').append(field.getDataType());
    param(field.getTypeParamsList(), DIMENSION)
        .ifPresent(d -> text.append('(').append(d).append(')'));
    param(field.getTypeParamsList(), MAX_LENGTH)
        .ifPresent(l -> text.append('(').append(l).append(')'));
    if (field.getIsPrimaryKey()) {
      text.append(" primary key");
    }
    if (field.getAutoID()) {
      text.append(" autoID");
    }
    return text.toString();
  }
}
