// Moves one file into a store or out of it and says how long that took.
//
//   store_transfer put|get LOCATION KEY FILE      FILE is read by put; get leaves nothing behind
//
// Prints {"bytes": .., "seconds": .., "core_seconds": .., "peak_bytes": ..}.

#include "base/process_usage.h"
#include "store/location.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

namespace {

using namespace forecart;

std::uintmax_t move(const std::string& verb, ObjectStore& store, const std::string& key,
                    const std::string& file) {
  if (verb == "get") return std::filesystem::file_size(store.fetch(key));
  store.put_file(key, file);
  return std::filesystem::file_size(file);
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 5) {
    fmt::print(stderr, "usage: store_transfer put|get LOCATION KEY FILE\n");
    return 2;
  }
  const auto store = open_store(StoreLocation(arguments[2]));
  const auto start = std::chrono::steady_clock::now();
  const auto bytes = move(arguments[1], *store, arguments[3], arguments[4]);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const ProcessUsage usage = process_usage();
  fmt::print(R"({{"bytes": {}, "seconds": {:.4f}, "core_seconds": {:.3f}, "peak_bytes": {}}})"
             "\n",
             bytes, took.count(), usage.core_seconds(), usage.peak_bytes);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "store_transfer: {}\n", error.what());
  return 1;
}
