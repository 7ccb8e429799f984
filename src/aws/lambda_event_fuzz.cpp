#include "aws/lambda_event.h"
#include "base/error.h"
#include "pipeline/repository.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace forecart;  // NOLINT(google-build-using-namespace)

/// Any bytes are read or refused with an Error; what is read names data sets as they can be
/// called, and what a stream brings becomes a file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const LambdaEvent event =
        parse_lambda_event({reinterpret_cast<const char*>(data), size}, "s3://bucket/prefix");
    if (event.stream) csv_of(*event.stream);
    for (const std::string& dataset : event.datasets()) {
      if (!is_dataset_name(dataset)) std::abort();
    }
  } catch (const Error&) {
  }
  return 0;
}
