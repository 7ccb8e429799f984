#pragma once

#include "server/route.h"
#include "store/store.h"
#include "table/table.h"

#include "http/message.h"

#include <memory>
#include <string>

namespace forecart {

/// An object of the store as a file to keep. Throws Error not_found.
Answer file_answer(const ObjectStore& store, const std::string& key, const std::string& type,
                   const std::string& name);
/// The same of one that is at hand.
Answer file_answer(std::shared_ptr<const FetchedFile> file, const std::string& etag,
                   const std::string& type, const std::string& name);

enum class TableFormat { json, csv, parquet };

/// What `format` of the query says, else the Accept header; JSON where both are silent. Throws
/// Error invalid_value for another word.
TableFormat format_of(const Call& call);
/// "json", "csv", "parquet".
const char* to_string(TableFormat format);
/// "text/csv; charset=utf-8", ...
const char* type_of(TableFormat format);

/// Rows in a format. As JSON `{"rows":[{..}],"more":..}`; else the header `x-more` says whether
/// there are others. `folder` takes the file of a parquet answer.
Answer table_answer(const Table& table, bool more, TableFormat format,
                    const std::filesystem::path& folder, const std::string& name);

/// The parameter of the query that `format_of` reads.
Parameter format_parameter();

}  // namespace forecart
