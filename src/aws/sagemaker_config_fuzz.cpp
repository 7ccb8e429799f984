#include "aws/sagemaker_config.h"
#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace forecart;  // NOLINT(google-build-using-namespace)

namespace {

template <typename Parse>
void refuse_or_read(Parse parse) {
  try {
    parse();
  } catch (const Error&) {
  }
}

void read_hyperparameters(std::string_view text) {
  for (const Hyperparameter& one : parse_hyperparameters(text)) {
    if (one.name.starts_with("sagemaker_")) std::abort();
  }
}

void read_hosts_of(std::string_view text) {
  if (parse_hosts(text).hosts.empty()) std::abort();
}

void read_folders(std::string_view text) {
  for (const auto& [name, folder] : parse_processing(text).inputs) {
    if (folder.is_absolute() || folder.string().find("..") == 0) std::abort();
  }
}

}  // namespace

/// Whatever the files of a container hold, they are read or refused with an Error, and no folder
/// leaves /opt/ml.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  refuse_or_read([&] { read_hyperparameters(text); });
  refuse_or_read([&] { read_hosts_of(text); });
  refuse_or_read([&] { parse_channels(text); });
  refuse_or_read([&] { read_folders(text); });
  return 0;
}
