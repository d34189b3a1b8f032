#include <tenon/detail/row_buffer.hpp>
#include <tenon/detail/row_errors.hpp>
#include <tenon/detail/row_statements.hpp>
#include <tenon/detail/tenant_column.hpp>

namespace tenon::detail {
namespace {

backend::Value timestamp_value(Timestamp time) noexcept {
  return backend::Value::integral(backend::Type::timestamp, time.time_since_epoch().count());
}

void fill_stamps(const TableShape& shape, Stamps stamps, backend::Value* out) {
  const auto is_zero = [out](std::size_t column) { return out[column].integral() == 0; };
  const bool created = shape.created_at != TableShape::none && is_zero(shape.created_at);
  const bool updated =
      shape.updated_at != TableShape::none && (stamps == Stamps::refresh || is_zero(shape.updated_at));
  if (!created && !updated) return;
  const backend::Value stamp = timestamp_value(now());
  if (created) out[shape.created_at] = stamp;
  if (updated) out[shape.updated_at] = stamp;
}

}  // namespace

void decode_row(const RowDecoder& decoder, const backend::Value* row, void* object) {
  std::size_t at = 0;
  try {
    decoder.decode(row, object, at);
  } catch (const Error& error) {
    rethrow_for_column(error, decoder.table, decoder.names[at]);
  }
}

void encode_row(const RowEncoder& encoder, const void* entity, Stamps stamps, backend::Value* out,
                Scratch& scratch) {
  const TableShape& shape = *encoder.shape;
  RowWriter row{out, scratch, stamps == Stamps::leave ? &shape : nullptr};
  try {
    encoder.encode(entity, row);
  } catch (const Error& error) {
    rethrow_for_column(error, shape.table, shape.names[row.at]);
  }
  if (stamps != Stamps::leave) fill_stamps(shape, stamps, out);
}

void write_row(const Executor& on, const StatementPair& statements, const RowEncoder& encoder,
               const void* entity, Stamps stamps) {
  Scratch scratch;
  RowBuffer room(encoder.shape->count + 1);
  const std::span<backend::Value> values = room.row();
  values[0] = tenant_value(*encoder.shape, on.tenant());
  encode_row(encoder, entity, stamps, values.data() + 1, scratch);
  on.execute(statements, values);
}

[[gnu::hot]] std::uint64_t read_row(const Executor& on, const StatementPair& statements,
                                    backend::Values key, const RowTarget& target) {
  return on.execute(statements, key, [&](backend::Values row) {
    decode_row(*target.decoder, row.data(), target.resize(target.into, 1, 0));
    return false;  // a key has one row
  });
}

void update_row(const Executor& on, const UpdatePlan& plan, backend::Values values) {
  if (on.execute(*plan.update, values) > 0) return;
  const TableShape& shape = *plan.encoder->shape;
  if (plan.exists != nullptr) {
    // Before the version, the last of the values.
    const backend::Values key = values.subspan(values.size() - 2 - shape.key_count, 1 + shape.key_count);
    if (on.execute(*plan.exists, key, no_rows) > 0)
      refuse_row(Error::Kind::conflict, shape.table, "update",
                 "the row has another version by now; read it again and repeat the change");
  }
  refuse_missing(shape, "update");
}

Timestamp update_row(const Executor& on, const UpdatePlan& plan, const void* entity) {
  const TableShape& shape = *plan.encoder->shape;
  RowBuffer columns(shape.count);
  const std::span<backend::Value> row = columns.row();
  RowBuffer room(shape.count + 1);  // the tenant, and of the columns no more than there are
  backend::Value* const values = room.row().data();
  Scratch scratch;
  encode_row(*plan.encoder, entity, Stamps::leave, row.data(), scratch);

  const Timestamp stamp = now();
  backend::Value* out = values;
  for (std::size_t i = 0; i < plan.changed_count; ++i) *out++ = row[plan.changed[i]];
  if (shape.updated_at != TableShape::none) *out++ = timestamp_value(stamp);
  *out++ = tenant_value(shape, on.tenant());
  for (std::size_t k = 0; k < shape.key_count; ++k) *out++ = row[shape.key[k]];
  if (shape.version != TableShape::none) *out++ = row[shape.version];
  update_row(on, plan, {values, out});
  return stamp;
}

void refuse_missing(const TableShape& shape, const char* verb) {
  refuse_row(Error::Kind::not_found, shape.table, verb, "there is no row with this key in the tenant");
}

}  // namespace tenon::detail
