#include "pipeline/doctor.h"

#include "base/error.h"
#include "base/parallel.h"
#include "base/time.h"
#include "models/trees/xgboost_library.h"
#include "net/credentials.h"
#include "pipeline/repository.h"
#include "pipeline/version.h"
#include "store/semantics.h"
#include "table/database.h"

#include <fmt/format.h>
#include <linux/magic.h>
#include <nlohmann/json.hpp>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>

namespace forecart {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kGigabyte = 1e9;

/// Bytes that a line of /proc/meminfo tells; 0 where it has none.
double memory_bytes(const std::string& name) {
  std::ifstream file("/proc/meminfo");
  for (std::string key, unit; file >> key;) {
    double kilobytes = 0;
    file >> kilobytes;
    std::getline(file, unit);
    if (key == name + ":") return kilobytes * 1024;
  }
  return 0;
}

Finding memory() {
  const double free = memory_bytes("MemAvailable");
  Finding found{"memory", Health::ok,
                fmt::format("{:.1f} GB available of {:.1f}", free / kGigabyte,
                            memory_bytes("MemTotal") / kGigabyte),
                ""};
  if (free > 0 && free < kGigabyte) {
    found.health = Health::warn;
    found.remedy = "less than 1 GB: end other programs, or lower --threads";
  }
  return found;
}

Finding cores() {
  return {"cores", Health::ok, fmt::format("{} for work", available_threads()), ""};
}

Finding space(const std::string& name, const fs::path& folder) {
  const double free = static_cast<double>(fs::space(folder).available);
  Finding found{name, Health::ok,
                fmt::format("{:.1f} GB free at {}", free / kGigabyte, folder.string()), ""};
  constexpr double kTooLittle = 5e7;
  if (free < kGigabyte) {
    found.health = free < kTooLittle ? Health::fail : Health::warn;
    found.remedy = "make room; forecart gc removes what no kept run needs";
  }
  return found;
}

/// Names of the file systems of other hosts, on which locks and renames cannot be relied on.
std::string network_file_system(const fs::path& folder) {
  constexpr std::array<std::pair<std::uint32_t, const char*>, 8> kKnown{{
      {NFS_SUPER_MAGIC, "NFS"},
      {SMB_SUPER_MAGIC, "SMB"},
      {0xFF534D42, "CIFS"},
      {0xFE534D42, "SMB2"},
      {AFS_SUPER_MAGIC, "AFS"},
      {V9FS_MAGIC, "9P"},
      {0x00C36400, "CephFS"},
      {FUSE_SUPER_MAGIC, "FUSE"},
  }};
  struct statfs found {};
  if (statfs(folder.c_str(), &found) != 0) return "";
  for (const auto& [magic, name] : kKnown) {
    if (static_cast<std::uint32_t>(found.f_type) == magic) return name;
  }
  return "";
}

Finding file_system(const fs::path& folder) {
  const std::string network = network_file_system(folder);
  if (network.empty()) return {"file system", Health::ok, "a disk of this host", ""};
  return {"file system", Health::warn, fmt::format("'{}' lies on {}", folder.string(), network),
          "a local repository belongs to one host and its own disk; use s3://… for several"};
}

/// What the store is worth today, beside what the repository goes by.
Finding semantics(const Repository& repository, const std::string& location) {
  const StoreSemantics found = repository.semantics_today();
  const bool known = found.shared() == repository.semantics().shared();
  const std::string remember = fmt::format("forecart init --repository {} takes note", location);
  if (found.shared()) {
    return {"conditional writes", known ? Health::ok : Health::warn,
            "of 64 writers at once exactly one wins",
            known ? "" : "several hosts may write to it by now: " + remember};
  }
  const std::string alone =
      "let only one host at a time write to it, or copy it to a store with "
      "If-None-Match and If-Match";
  if (known) return {"conditional writes", Health::warn, found.finding, alone};
  return {"conditional writes", Health::fail, found.finding, remember + "; then " + alone};
}

Finding clock(const ObjectStore& store) {
  static_cast<void>(store.exists("forecart.json"));  // an answer tells a remote store's clock
  const auto here = std::chrono::system_clock::now();
  const double skew = std::chrono::duration<double>(store.now() - here).count();
  Finding found{"clock", Health::ok, fmt::format("{:.1f} s from the store's", std::abs(skew)), ""};
  constexpr double kWarn = 5;
  constexpr double kRefused = 900;  // S3 refuses signatures that are older
  if (std::abs(skew) > kWarn) {
    found.health = std::abs(skew) > kRefused ? Health::fail : Health::warn;
    found.remedy = "let this host's clock be set (timedatectl set-ntp true)";
  }
  return found;
}

Finding duckdb() {
  const Database database;
  return {"DuckDB", Health::ok, "found and works", ""};
}

Finding xgboost() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  trees::xgboost_library().version(&major, &minor, &patch);
  return {"XGBoost", Health::ok, fmt::format("found, {}.{}.{}", major, minor, patch), ""};
}

Finding time_zones() {
  const auto summer = parse_instant("2026-07-01T12:00:00", {});
  const TimeZone zone = TimeZone::named("America/New_York");
  if (zone.offset(*summer) != -std::chrono::hours(4)) {
    return {"time zones", Health::fail, "the summer of America/New_York is not 4 h from UTC",
            "install the time zone data of the system again (tzdata)"};
  }
  return {"time zones", Health::ok, "found", ""};
}

Finding credentials() {
  const Credentials found = default_credentials(process_environment())->get();
  std::string what = "found";
  if (found.expires) what += fmt::format(", good until {}Z", format_instant(*found.expires, {}));
  return {"credentials", Health::ok, what, ""};
}

/// A message without the remedy that stands beside it.
std::string without_remedy(std::string what, const std::string& remedy) {
  const std::size_t at = remedy.empty() ? std::string::npos : what.find(remedy);
  if (at == std::string::npos) return what;
  const std::size_t end = what.rfind(';', at);
  return what.substr(0, end == std::string::npos ? at : end);
}

class Examination {
 public:
  std::vector<Finding> operator()(const StoreLocation& location) {
    look("program", "", [] {
      return Finding{"program", Health::ok, fmt::format("forecart {}", kVersion), ""};
    });
    look("cores", "", cores);
    look("memory", "", memory);
    look("disk for work", "set TMPDIR to a folder that is there",
         [] { return space("disk for work", fs::temp_directory_path()); });
    look("time zones", "install tzdata", time_zones);
    look("DuckDB", "put libduckdb.so beside the program, or set FORECART_DUCKDB", duckdb);
    look("XGBoost",
         "apt-get install libxgboost-dev, or set FORECART_XGBOOST; boosted trees alone "
         "need it",
         xgboost, Health::warn);
    if (!location.empty()) look_at(location);
    return std::move(findings_);
  }

 private:
  void look(const std::string& name, const std::string& remedy,
            const std::function<Finding()>& check, Health otherwise = Health::fail) {
    try {
      findings_.push_back(check());
    } catch (const std::exception& error) {
      findings_.push_back({name, otherwise, without_remedy(error.what(), remedy), remedy});
    }
  }

  void look_at(const StoreLocation& location) {
    if (!location.is_local()) {
      look("credentials", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role",
           credentials);
    }
    std::optional<Repository> repository;
    look("repository", fmt::format("forecart init --repository {}", location.text()), [&] {
      repository.emplace(Repository::open(location));
      return Finding{"repository", Health::ok,
                     fmt::format("{} data sets", repository->datasets().size()), ""};
    });
    if (!repository) return;
    const ObjectStore& store = repository->store();
    look("conditional writes", "see whether it may be written to",
         [&] { return semantics(*repository, location.text()); });
    look("clock", "", [&] { return clock(store); });
    if (!location.is_local()) return;
    look("disk", "", [&] { return space("disk", location.folder()); });
    look("file system", "", [&] { return file_system(location.folder()); });
  }

  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> examine(const StoreLocation& repository) {
  return Examination()(repository);
}

const char* to_string(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::warn:
      return "warn";
    case Health::fail:
      return "fail";
  }
  return "fail";
}

json to_json(const std::vector<Finding>& findings) {
  json checks = json::array();
  Health worst = Health::ok;
  for (const Finding& found : findings) {
    worst = std::max(worst, found.health);
    checks.push_back({{"name", found.name},
                      {"health", to_string(found.health)},
                      {"what", found.what},
                      {"remedy", found.remedy}});
  }
  return {{"health", to_string(worst)}, {"checks", std::move(checks)}};
}

}  // namespace forecart
