// The report's own script: search, filters, sections that open. Without it the page still shows all.
