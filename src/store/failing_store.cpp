#include "store/failing_store.h"

#include <fmt/format.h>

#include <type_traits>

namespace forecart {

FailingStore::FailingStore(std::shared_ptr<ObjectStore> store, FailurePlan plan)
    : ForwardingStore(std::move(store)), plan_(plan) {}

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
  return pass(false, "read", key, [&] { return inner().read(key); });
}

std::optional<StoredObject> FailingStore::get(std::string_view key) const {
  return pass(false, "get", key, [&] { return inner().get(key); });
}

bool FailingStore::exists(std::string_view key) const {
  return pass(false, "exists", key, [&] { return inner().exists(key); });
}

std::optional<ObjectInfo> FailingStore::info(std::string_view key) const {
  return pass(false, "info", key, [&] { return inner().info(key); });
}

void FailingStore::put(std::string_view key, std::string_view bytes) {
  pass(true, "put", key, [&] { inner().put(key, bytes); });
}

void FailingStore::put_file(std::string_view key, const std::filesystem::path& file) {
  pass(true, "put_file", key, [&] { inner().put_file(key, file); });
}

bool FailingStore::put_if_absent(std::string_view key, std::string_view bytes) {
  return pass(true, "put_if_absent", key, [&] { return inner().put_if_absent(key, bytes); });
}

bool FailingStore::put_if_match(std::string_view key, std::string_view bytes,
                                std::string_view tag) {
  return pass(true, "put_if_match", key, [&] { return inner().put_if_match(key, bytes, tag); });
}

void FailingStore::list_objects(const Listing& listing, const ObjectVisitor& visit) const {
  bool fails = false;
  try {
    pass(false, "list", listing.prefix, [] {});
  } catch (const Error&) {
    fails = true;
    if (!plan_.after) throw;
  }
  inner().list_objects(listing, [&](const ObjectInfo& object) { return visit(object) && !fails; });
  if (fails) {
    throw Error(plan_.code,
                fmt::format("the listing of '{}' breaks off as planned", listing.prefix));
  }
}

void FailingStore::remove(std::string_view key) {
  pass(true, "remove", key, [&] { inner().remove(key); });
}

std::vector<bool> FailingStore::remove_all_unchanged(std::span<const ObjectInfo> objects) {
  const std::string_view first = objects.empty() ? "" : std::string_view(objects.front().key);
  return pass(true, "remove_all_unchanged", first,
              [&] { return inner().remove_all_unchanged(objects); });
}

void FailingStore::sweep(std::chrono::hours older) {
  pass(true, "sweep", "", [&] { inner().sweep(older); });
}

std::filesystem::path FailingStore::fetch(std::string_view key) const {
  return pass(false, "fetch", key, [&] { return inner().fetch(key); });
}

std::optional<std::string> FailingStore::presigned_url(std::string_view key,
                                                       std::chrono::seconds valid) const {
  return pass(false, "presigned_url", key, [&] { return inner().presigned_url(key, valid); });
}

}  // namespace forecart
