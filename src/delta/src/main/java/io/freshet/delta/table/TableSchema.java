package io.freshet.delta.table;

import io.freshet.changes.DeltaTypes;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;

/**
 * A table's columns. Columns of a type that cannot be read are kept apart: they matter only to who
 * asks for one.
 *
 * @param schema the columns that can be read, all nullable, in the table's order
 * @param unreadable the type of each column that cannot be read, by the column's name
 */
public record TableSchema(Schema schema, Map<String, String> unreadable) {
  public TableSchema {
    unreadable = Map.copyOf(unreadable);
  }

  /**
   * The schema of some columns, in the order asked for. Throws a {@link FreshetException} of {@link
   * FailureCategory#SCHEMA} for a column that the table lacks or whose type cannot be read.
   */
  public Schema project(Collection<String> columns) {
    Schema.Builder projection = Schema.builder();
    for (String column : columns) {
      requireReadable(column);
      Schema.Field field =
          DeclaredColumns.find(schema, column)
              .orElseThrow(
                  () ->
                      new FreshetException(
                          FailureCategory.SCHEMA,
                          "The table has no column '%s'; its columns are %s"
                              .formatted(column, String.join(", ", schema.getFieldNames()))));
      projection.addField(field.withName(column));
    }
    return projection.build();
  }

  /**
   * The same with the types that their values are read as in any version of the table: a whole
   * number of any width is an {@code INT64}.
   */
  public Schema projectWide(Collection<String> columns) {
    Schema.Builder wide = Schema.builder();
    project(columns)
        .getFields()
        .forEach(field -> wide.addField(field.withType(DeclaredColumns.widest(field.getType()))));
    return wide.build();
  }

  private void requireReadable(String column) {
    Optional<String> name = unreadableNamed(column);
    if (name.isPresent()) {
      throw new FreshetException(
          FailureCategory.SCHEMA,
          "Column '%s' has the type %s, which cannot be read; leave the column out"
              .formatted(name.get(), unreadable.get(name.get())));
    }
  }

  private Optional<String> unreadableNamed(String column) {
    return unreadable.keySet().stream().filter(column::equalsIgnoreCase).findFirst();
  }

  /** The name of a column as the table spells it; Delta's names ignore case. Else as it is. */
  public String spelled(String column) {
    return DeclaredColumns.find(schema, column)
        .map(Schema.Field::getName)
        .or(() -> unreadableNamed(column))
        .orElse(column);
  }

  /** Whether the table has that column, whether or not it can be read. */
  public boolean has(String column) {
    return unreadableNamed(column).isPresent() || DeclaredColumns.find(schema, column).isPresent();
  }

  /**
   * What stays the same of a column as long as it is the same column, whatever its name is: the
   * name that files know it by (Delta protocol, section <i>Column Mapping</i>). Empty if the table
   * has none of that name that can be read.
   */
  public Optional<String> identity(String column) {
    return DeclaredColumns.find(schema, column).map(PhysicalColumn::nameOf);
  }

  /** The name that the column of another version has here; empty if it is gone. */
  public Optional<String> nameOf(String identity) {
    return schema.getFields().stream()
        .filter(field -> PhysicalColumn.nameOf(field).equals(identity))
        .map(Schema.Field::getName)
        .findFirst();
  }

  /**
   * Whether two versions that both have a column of that name write a value of it as the same text.
   */
  public boolean isAlike(TableSchema other, String column) {
    Optional<Schema.Field> there = DeclaredColumns.find(other.schema, column);
    return DeclaredColumns.find(schema, column)
        .flatMap(here -> there.map(field -> isAlike(here, field)))
        .orElse(true);
  }

  /** Whether this version writes a value of a column that it has as one that is read so does. */
  public boolean isAlike(Schema.Field wanted) {
    return find(wanted).map(here -> isAlike(here, wanted)).orElse(true);
  }

  private static boolean isAlike(Schema.Field one, Schema.Field other) {
    return DeclaredColumns.isAlike(one.getType(), other.getType());
  }

  /**
   * The column of that name; without one, what is the same column under the name that it has in
   * this version.
   */
  private Optional<Schema.Field> find(Schema.Field wanted) {
    String identity = PhysicalColumn.nameOf(wanted);
    return DeclaredColumns.find(schema, wanted.getName())
        .or(
            () ->
                schema.getFields().stream()
                    .filter(field -> PhysicalColumn.nameOf(field).equals(identity))
                    .findFirst());
  }

  /** Whether the table has that column, by whatever name. */
  public boolean has(Schema.Field wanted) {
    return unreadable.containsKey(wanted.getName()) || find(wanted).isPresent();
  }

  /**
   * The field of this version that is read as {@code wanted}, a column of some version of the
   * table: that of the same name, or else the same column under another name; empty if there is
   * none.
   *
   * @throws FreshetException {@link FailureCategory#SCHEMA} if a value of it could be none of
   *     {@code wanted}: its type was changed
   */
  public Optional<Schema.Field> bind(Schema.Field wanted) {
    requireReadable(wanted.getName());
    Optional<Schema.Field> declared = find(wanted);
    if (declared.isPresent() && !DeclaredColumns.fits(declared.get().getType(), wanted.getType())) {
      throw new FreshetException(
          FailureCategory.SCHEMA,
          "Column '%s' is of the type %s there, and rows are read as %s, which does not hold all its values; use a new --ledger with --startingVersion=snapshot"
              .formatted(
                  wanted.getName(),
                  DeltaTypes.nameOf(declared.get().getType()),
                  DeltaTypes.nameOf(wanted.getType())));
    }
    return declared;
  }
}
