#include "table/csv_record.h"

#include <algorithm>

namespace forecart {

namespace {

/// Where the splitting of one record stands.
struct Scan {
  std::string_view bytes;
  const CsvDialect& dialect;
  bool last;
  std::size_t at = 0;
  std::int64_t line_ends = 0;  // inside quotes
};

enum class FieldEnd { delimiter, line_end, bytes_end, bad_quotes };

FieldEnd end_of(const Scan& scan) {
  if (scan.at == scan.bytes.size()) return FieldEnd::bytes_end;
  return scan.bytes[scan.at] == scan.dialect.delimiter ? FieldEnd::delimiter : FieldEnd::line_end;
}

FieldEnd split_plain(Scan& scan, Record& record) {
  const char delimiter = scan.dialect.delimiter;
  const char line_end = scan.dialect.line_end;
  const char* const begin = scan.bytes.data() + scan.at;
  const char* const end = scan.bytes.data() + scan.bytes.size();
  const char* p = begin;
  while (p != end && *p != delimiter && *p != line_end) ++p;
  record.fields.emplace_back(begin, static_cast<std::size_t>(p - begin));
  scan.at += static_cast<std::size_t>(p - begin);
  return end_of(scan);
}

/// Position of the closing quote of the field whose opening quote lies at `scan.at`, or npos.
/// Counts line ends on the way and tells whether there are doubled quotes.
std::size_t closing_quote(Scan& scan, bool& doubled) {
  const char quote = scan.dialect.quote;
  for (std::size_t i = scan.at + 1; i < scan.bytes.size(); ++i) {
    if (scan.bytes[i] == scan.dialect.line_end) ++scan.line_ends;
    if (scan.bytes[i] != quote) continue;
    // A quote at the very end may be the first half of a doubled one.
    if (i + 1 == scan.bytes.size()) return scan.last ? i : std::string_view::npos;
    if (scan.bytes[i + 1] != quote) return i;
    doubled = true;
    ++i;
  }
  return std::string_view::npos;
}

std::string_view undouble(std::string_view text, char quote, std::string& memory) {
  const std::size_t begin = memory.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    memory += text[i];
    if (text[i] == quote) ++i;
  }
  return std::string_view(memory).substr(begin);
}

FieldEnd split_quoted(Scan& scan, Record& record) {
  bool doubled = false;
  const std::size_t close = closing_quote(scan, doubled);
  if (close == std::string_view::npos)
    return scan.last ? FieldEnd::bad_quotes : FieldEnd::bytes_end;
  const std::string_view inside = scan.bytes.substr(scan.at + 1, close - scan.at - 1);
  record.fields.push_back(doubled ? undouble(inside, scan.dialect.quote, record.unquoted) : inside);
  scan.at = close + 1;
  const auto is_filler = [&](char c) {
    return (c == ' ' || c == '\r') && c != scan.dialect.line_end && c != scan.dialect.delimiter;
  };
  while (scan.at < scan.bytes.size() && is_filler(scan.bytes[scan.at])) ++scan.at;
  const FieldEnd end = end_of(scan);
  const bool proper = end != FieldEnd::line_end || scan.bytes[scan.at] == scan.dialect.line_end;
  return proper ? end : FieldEnd::bad_quotes;
}

void drop_carriage_return(std::string_view& text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
}

/// Closes a record whose last field ends at `scan.at`.
RecordExtent finish(const Scan& scan, bool has_line_end, Record& record) {
  record.text = scan.bytes.substr(0, scan.at);
  if (scan.dialect.line_end == '\n') {
    drop_carriage_return(record.text);
    std::string_view& field = record.fields.back();
    // Only an unquoted last field can reach up to the line end.
    if (field.data() + field.size() == scan.bytes.data() + scan.at) drop_carriage_return(field);
  }
  return {true, scan.at + (has_line_end ? 1 : 0), scan.line_ends + 1};
}

}  // namespace

RecordExtent split_record(std::string_view bytes, const CsvDialect& dialect, bool last,
                          Record& record) {
  Scan scan{bytes, dialect, last};
  record.fields.clear();
  record.unquoted.clear();
  record.unquoted.reserve(bytes.size());  // views into it must not move
  record.flaw = RecordFlaw::none;
  while (true) {
    const bool quoted =
        dialect.quote != '\0' && scan.at < bytes.size() && bytes[scan.at] == dialect.quote;
    switch (quoted ? split_quoted(scan, record) : split_plain(scan, record)) {
      case FieldEnd::delimiter:
        ++scan.at;
        break;
      case FieldEnd::line_end:
        return finish(scan, true, record);
      case FieldEnd::bytes_end:
        if (!last) return {};
        return finish(scan, false, record);
      case FieldEnd::bad_quotes:
        if (!last && bytes.find(dialect.line_end) == std::string_view::npos) return {};
        return take_line(bytes, dialect, record);
    }
  }
}

RecordExtent take_line(std::string_view bytes, const CsvDialect& dialect, Record& record) {
  const std::size_t end = std::min(bytes.find(dialect.line_end), bytes.size());
  record.flaw = RecordFlaw::bad_quotes;
  record.text = bytes.substr(0, end);
  if (dialect.line_end == '\n') drop_carriage_return(record.text);
  record.fields.assign(1, record.text);
  return {true, std::min(end + 1, bytes.size()), 1};
}

std::string csv_cell(std::string_view text, char delimiter) {
  std::string result;
  append_csv_cell(result, text, delimiter);
  return result;
}

void append_csv_cell(std::string& row, std::string_view text, char delimiter) {
  const auto is_special = [&](char c) {
    return c == '"' || c == '\n' || c == '\r' || c == delimiter;
  };
  const bool edge_blank = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  if (!edge_blank && std::none_of(text.begin(), text.end(), is_special)) {
    row += text;
    return;
  }
  row += '"';
  for (const char c : text) {
    if (c == '"') row += '"';
    row += c;
  }
  row += '"';
}

}  // namespace forecart
