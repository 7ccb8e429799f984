#include "base/error.h"
#include "ingest/amount.h"
#include "ingest/date_format.h"

#include <cstddef>
#include <cstdint>

using namespace forecart;  // NOLINT(google-build-using-namespace)

/// Any cell is read or refused, in every format; a column of it is decided or refused with an
/// Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view cell(reinterpret_cast<const char*>(data), size);
  for (const DateFormat format : {DateFormat::mdy, DateFormat::dmy, DateFormat::ymd,
                                  DateFormat::epoch_seconds, DateFormat::epoch_milliseconds}) {
    static_cast<void>(parse_time(cell, format));
  }
  DateEvidence dates;
  dates.add(cell);
  try {
    static_cast<void>(dates.decide({}, "column"));
  } catch (const Error&) {
  }
  DecimalEvidence decimals;
  decimals.add(cell);
  static_cast<void>(parse_amount(cell, DecimalMark::point));
  static_cast<void>(parse_amount(cell, DecimalMark::comma));
  return 0;
}
