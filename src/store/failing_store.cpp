#include "store/failing_store.h"

#include <fmt/format.h>

#include <type_traits>

namespace forecart {

FailingStore::FailingStore(std::unique_ptr<ObjectStore> store, FailurePlan plan)
    : store_(std::move(store)), plan_(plan) {}

void FailingStore::follow(FailurePlan plan) {
  plan_ = plan;
  calls_ = 0;
}

template <typename Call>
auto FailingStore::pass(bool is_write, std::string_view what, std::string_view key,
                        const Call& call) const {
  const std::int64_t number = is_write || !plan_.writes_only ? ++calls_ : 0;
  const bool fails =
      number > 0 && (number == plan_.only || (plan_.every > 0 && number % plan_.every == 0));
  const auto fail = [&]() {
    throw Error(plan_.code, fmt::format("call {} of the store fails as planned: {} '{}'{}", number,
                                        what, key, plan_.after ? ", after it was done" : ""));
  };
  if (fails && !plan_.after) fail();
  if constexpr (std::is_void_v<decltype(call())>) {
    call();
    if (fails) fail();
  } else {
    auto result = call();
    if (fails) fail();
    return result;
  }
}

std::optional<std::string> FailingStore::read(std::string_view key) const {
  return pass(false, "read", key, [&] { return store_->read(key); });
}

std::optional<StoredObject> FailingStore::get(std::string_view key) const {
  return pass(false, "get", key, [&] { return store_->get(key); });
}

bool FailingStore::exists(std::string_view key) const {
  return pass(false, "exists", key, [&] { return store_->exists(key); });
}

std::optional<ObjectInfo> FailingStore::info(std::string_view key) const {
  return pass(false, "info", key, [&] { return store_->info(key); });
}

void FailingStore::put(std::string_view key, std::string_view bytes) {
  pass(true, "put", key, [&] { store_->put(key, bytes); });
}

void FailingStore::put_file(std::string_view key, const std::filesystem::path& file) {
  pass(true, "put_file", key, [&] { store_->put_file(key, file); });
}

bool FailingStore::put_if_absent(std::string_view key, std::string_view bytes) {
  return pass(true, "put_if_absent", key, [&] { return store_->put_if_absent(key, bytes); });
}

bool FailingStore::put_if_match(std::string_view key, std::string_view bytes,
                                std::string_view tag) {
  return pass(true, "put_if_match", key, [&] { return store_->put_if_match(key, bytes, tag); });
}

void FailingStore::list_objects(const Listing& listing, const ObjectVisitor& visit) const {
  bool fails = false;
  try {
    pass(false, "list", listing.prefix, [] {});
  } catch (const Error&) {
    fails = true;
    if (!plan_.after) throw;
  }
  store_->list_objects(listing, [&](const ObjectInfo& object) { return visit(object) && !fails; });
  if (fails) {
    throw Error(plan_.code,
                fmt::format("the listing of '{}' breaks off as planned", listing.prefix));
  }
}

void FailingStore::remove(std::string_view key) {
  pass(true, "remove", key, [&] { store_->remove(key); });
}

void FailingStore::sweep(std::chrono::hours older) {
  pass(true, "sweep", "", [&] { store_->sweep(older); });
}

std::filesystem::path FailingStore::fetch(std::string_view key) const {
  return pass(false, "fetch", key, [&] { return store_->fetch(key); });
}

std::optional<std::string> FailingStore::presigned_url(std::string_view key,
                                                       std::chrono::seconds valid) const {
  return pass(false, "presigned_url", key, [&] { return store_->presigned_url(key, valid); });
}

}  // namespace forecart
