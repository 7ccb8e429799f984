#pragma once

#include "services/aws_client.h"
#include "services/aws_pages.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What a user or a group of QuickSight may do with a thing of it.
struct QuickSightGrant {
  std::string principal = {};  ///< ARN of a user or group
  std::vector<std::string> actions = {};
};

/// Where data lies: files that a manifest in S3 names, or tables of Athena.
struct QuickSightSource {
  std::string id = {};
  std::string name = {};
  std::string bucket = {};             ///< of the manifest; empty for Athena
  std::string manifest = {};           ///< key
  std::string work_group = "primary";  ///< of Athena
  std::vector<QuickSightGrant> grants = {};
};

struct QuickSightColumn {
  std::string name = {};
  std::string type = "STRING";  ///< STRING, INTEGER, DECIMAL or DATETIME
  std::string format = {};      ///< of a DATETIME in a file, as in "yyyy-MM-dd"
};

/// One table of a source, taken into SPICE.
struct QuickSightDataSet {
  std::string id = {};
  std::string name = {};
  std::string source = {};  ///< ARN
  std::vector<QuickSightColumn> columns = {};
  std::string database = {};  ///< of Athena's catalogue; empty for files, which are CSV with a head
  std::string table = {};
  bool spice = true;
  std::vector<QuickSightGrant> grants = {};
};

/// A template, an analysis or a dashboard by its definition.
struct QuickSightSheets {
  std::string id = {};
  std::string name = {};
  std::string definition = {};  ///< JSON, as CreateAnalysis has it
  std::vector<QuickSightGrant> grants = {};
};

struct QuickSightThing {
  std::string arn = {};
  std::string status = {};   ///< as in "CREATION_SUCCESSFUL"; of some things empty
  std::int64_t version = 0;  ///< of templates and dashboards
  bool made = false;         ///< false where it was there and was changed
};

struct QuickSightIngestion {
  std::string id = {};
  std::string status = {};  ///< INITIALIZED, QUEUED, RUNNING, FAILED, COMPLETED or CANCELLED
  std::string error = {};   ///< its type
  std::optional<Instant> made = {};
  std::int64_t rows = 0;
  std::int64_t rows_dropped = 0;
};

struct QuickSightDashboard {
  std::string arn = {};
  std::string status = {};
  std::int64_t version = 0;
  std::vector<std::string> errors = {};
};

/// Data and dashboards of Amazon QuickSight in one account. Ids are letters, digits, "-" and "_",
/// else Error invalid_value. Safe for several threads. Throws as AwsClient.
class QuickSight {
 public:
  QuickSight(const AwsAccess& access, const std::string& account);

  /// Each makes the thing, or changes the one of that id and adds its grants; who was let in before
  /// stays so.
  QuickSightThing put(const QuickSightSource& source);
  QuickSightThing put(const QuickSightDataSet& data_set);
  QuickSightThing put_template(const QuickSightSheets& sheets);
  QuickSightThing put_analysis(const QuickSightSheets& sheets);
  /// A change is seen when its version is published.
  QuickSightThing put_dashboard(const QuickSightSheets& sheets);
  void publish_dashboard(const std::string& id, std::int64_t version);
  /// Nothing where there is none. The version that is published, unless another is named.
  std::optional<QuickSightDashboard> dashboard(const std::string& id,
                                               std::optional<std::int64_t> version = {});

  /// Takes the data in anew; an id that was there gives that ingestion's state.
  QuickSightIngestion ingest(const std::string& data_set, const std::string& ingestion,
                             bool incremental = false);
  std::optional<QuickSightIngestion> ingestion(const std::string& data_set,
                                               const std::string& ingestion);
  /// Newest first.
  AwsList<QuickSightIngestion> ingestions(const std::string& data_set, int most_pages = 5);

  /// An address that shows the dashboard to a registered user for so long, in pages of these
  /// domains. Whoever has it is that user: not for logs.
  std::string embed_url(const std::string& dashboard, const std::string& user,
                        std::chrono::minutes lifetime,
                        const std::vector<std::string>& domains = {});

 private:
  nlohmann::json call(const char* operation, const char* method, const std::string& path,
                      const nlohmann::json& input, const NamedValues& query = {});
  QuickSightThing put_thing(const char* kind, const std::string& path, const std::string& id,
                            const nlohmann::json& create, const nlohmann::json& update);
  void grant(std::string_view kind, const std::string& place, const nlohmann::json& grants);
  QuickSightThing put_sheets(const char* kind, const std::string& path,
                             const QuickSightSheets& sheets);

  AwsClient client_;
  std::string account_;
};

}  // namespace forecart
