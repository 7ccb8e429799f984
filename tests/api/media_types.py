"""What schemathesis must know of the types of our bodies: pieces of files are bytes."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
