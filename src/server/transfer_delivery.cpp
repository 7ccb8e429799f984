#include "server/transfer_delivery.h"

#include "base/hash.h"
#include "server/intake.h"

#include <fmt/format.h>

#include <utility>

namespace forecart {

Transfers::Deliver delivery(const RouteServices& services, Actor by) {
  return [services, by = std::move(by)](const Transfer& file) {
    const std::string sha256 = sha256_file(file.file);
    const bool known =
        put_in_inbox(services, {file.dataset, file.name, file.file, file.bytes, sha256});
    if (services.access != nullptr) {
      services.access->audit().write(
          {.by = by, .what = "file.upload", .on = fmt::format("{}/{}", file.dataset, file.name)});
    }
    return Delivered{sha256, known};
  };
}

TransferKeeper::TransferKeeper(const RouteServices& services, Log& log,
                               std::chrono::milliseconds every)
    : services_(services), log_(log), thread_([this, every](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          look();
          std::unique_lock lock(mutex_);
          ending_.wait_for(lock, stop, every, [] { return false; });
        }
      }) {}

void TransferKeeper::look() {
  const std::vector<Transfer> waiting = services_.transfers->undelivered();
  for (const Transfer& transfer : waiting) settle(transfer);
  services_.transfers->sweep();
}

void TransferKeeper::settle(const Transfer& transfer) {
  try {
    services_.transfers->settle(transfer, delivery(services_, {transfer.owner, ""}));
  } catch (const Error& error) {
    log_.warning("a file that came whole could not be put into the inbox",
                 {{"dataset", transfer.dataset}, {"code", to_string(error.code())}});
  }
}

}  // namespace forecart
