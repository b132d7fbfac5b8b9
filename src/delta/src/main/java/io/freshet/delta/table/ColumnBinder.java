package io.freshet.delta.table;

import io.freshet.changes.DeltaTypes;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;

/**
 * Fits the columns of one file to the types that the table declares. Lists are taken in three
 * levels and in the older two (Parquet's <i>LogicalTypes.md</i>, section <i>Backward-compatibility
 * rules</i>).
 */
final class ColumnBinder {
  private final String file;
  private final ValueDecoders decoders;

  /**
   * Binds the columns of {@code file}, which only its errors name.
   *
   * @param calendar what the file's dates and timestamps count by
   */
  ColumnBinder(String file, FileCalendar calendar) {
    this.file = file;
    this.decoders = new ValueDecoders(file, calendar);
  }

  /**
   * Binds a stored field; throws {@link FailureCategory#SCHEMA} if its type does not fit.
   *
   * @param declared the type that the version of the file has: it says how the file knows the
   *     fields of structs
   * @param wanted the type of the values; {@code declared} fits it
   */
  BoundColumn bind(Type stored, FieldType declared, FieldType wanted) {
    if (stored.isRepetition(Type.Repetition.REPEATED)) {
      // Of several values in a row the last one would be taken for the column's.
      throw mismatch(stored, wanted);
    }
    return bindOne(stored, declared, wanted);
  }

  private BoundColumn bindOne(Type stored, FieldType declared, FieldType wanted) {
    if (stored.isPrimitive()) {
      ValueDecoder decoder =
          decoders.of(stored.asPrimitiveType(), wanted).orElseThrow(() -> mismatch(stored, wanted));
      return new BoundColumn(stored, slot -> new ValueConverter(decoder, slot));
    }
    GroupType group = stored.asGroupType();
    if (!isAnnotatedFor(group.getLogicalTypeAnnotation(), wanted)) {
      throw mismatch(stored, wanted);
    }
    return switch (wanted.getTypeName()) {
      case ROW -> bindRow(group, declared.getRowSchema(), wanted.getRowSchema());
      case ARRAY, ITERABLE -> bindList(group, declared, wanted);
      case MAP -> bindMap(group, declared, wanted);
      default -> throw mismatch(stored, wanted);
    };
  }

  /** Older writers leave the annotation of lists and maps out. */
  private static boolean isAnnotatedFor(LogicalTypeAnnotation annotation, FieldType wanted) {
    return annotation == null
        || switch (wanted.getTypeName()) {
          case ARRAY, ITERABLE -> annotation instanceof ListLogicalTypeAnnotation;
          case MAP ->
              annotation instanceof MapLogicalTypeAnnotation
                  || annotation instanceof MapKeyValueTypeAnnotation;
          default -> false;
        };
  }

  private BoundColumn bindRow(GroupType group, Schema declared, Schema wanted) {
    List<Type> types = new ArrayList<>();
    List<RowConverter.Field> fields = new ArrayList<>();
    for (int i = 0; i < wanted.getFieldCount(); i++) {
      Optional<Schema.Field> field = DeclaredColumns.find(declared, wanted.getField(i).getName());
      Optional<Type> stored = field.flatMap(known -> PhysicalColumn.find(group, known));
      if (stored.isPresent()) {
        BoundColumn column =
            bind(stored.get(), field.get().getType(), wanted.getField(i).getType());
        types.add(column.type());
        fields.add(new RowConverter.Field(i, column));
      }
    }
    if (types.isEmpty()) {
      // Something must be read to tell an empty struct from a null one.
      BoundColumn leaf = ignored(group.getType(0));
      types.add(leaf.type());
      fields.add(new RowConverter.Field(RowConverter.Field.IGNORED, leaf));
    }
    return new BoundColumn(
        group.withNewFields(types), slot -> new RowConverter(wanted, fields, slot));
  }

  private BoundColumn bindList(GroupType group, FieldType declared, FieldType wanted) {
    if (group.getFieldCount() != 1 || !group.getType(0).isRepetition(Type.Repetition.REPEATED)) {
      throw mismatch(group, wanted);
    }
    Type repeated = group.getType(0);
    FieldType declaredElement = declared.getCollectionElementType();
    FieldType elementType = wanted.getCollectionElementType();
    if (isElement(repeated, group.getName())) {
      BoundColumn element = bindOne(repeated, declaredElement, elementType);
      return new BoundColumn(
          group.withNewFields(element.type()), slot -> ListConverter.ofElements(element, slot));
    }
    BoundColumn element = bind(repeated.asGroupType().getType(0), declaredElement, elementType);
    return new BoundColumn(
        group.withNewFields(repeated.asGroupType().withNewFields(element.type())),
        slot -> ListConverter.ofWrappedElements(element, slot));
  }

  /** Whether the repeated field is the element itself rather than a wrapper around it. */
  private static boolean isElement(Type repeated, String listName) {
    if (repeated.isPrimitive() || repeated.asGroupType().getFieldCount() != 1) {
      return true;
    }
    return repeated.getName().equals("array")
        || repeated.getName().equals(listName + "_tuple")
        || repeated.asGroupType().getType(0).isRepetition(Type.Repetition.REPEATED);
  }

  private BoundColumn bindMap(GroupType group, FieldType declared, FieldType wanted) {
    if (group.getFieldCount() != 1
        || group.getType(0).isPrimitive()
        || group.getType(0).asGroupType().getFieldCount() != 2) {
      throw mismatch(group, wanted);
    }
    GroupType entry = group.getType(0).asGroupType();
    BoundColumn key = bind(entry.getType(0), declared.getMapKeyType(), wanted.getMapKeyType());
    BoundColumn value =
        bind(entry.getType(1), declared.getMapValueType(), wanted.getMapValueType());
    return new BoundColumn(
        group.withNewFields(entry.withNewFields(key.type(), value.type())),
        slot -> new MapConverter(key, value, slot));
  }

  private static BoundColumn ignored(Type type) {
    if (type.isPrimitive()) {
      return new BoundColumn(type, slot -> new IgnoredConverter.OfValue());
    }
    BoundColumn leaf = ignored(type.asGroupType().getType(0));
    return new BoundColumn(
        type.asGroupType().withNewFields(leaf.type()),
        slot -> new IgnoredConverter.OfGroup(leaf.converter(slot)));
  }

  private FreshetException mismatch(Type stored, FieldType wanted) {
    return new FreshetException(
        FailureCategory.SCHEMA,
        "Column '%s' is stored as '%s' in %s, which does not fit the table's type %s; rewrite the"
                .formatted(stored.getName(), text(stored), file, DeltaTypes.nameOf(wanted))
            + " file, or leave the column out");
  }

  /** As the type's own text, which is another one in Turkey. */
  private static String text(Type stored) {
    String annotation =
        stored.getLogicalTypeAnnotation() == null
            ? ""
            : " (" + stored.getLogicalTypeAnnotation() + ")";
    String kind =
        stored.isPrimitive() ? stored.asPrimitiveType().getPrimitiveTypeName().name() : "group";
    return (stored.getRepetition() + " " + kind).toLowerCase(Locale.ROOT)
        + " "
        + stored.getName()
        + annotation;
  }
}
