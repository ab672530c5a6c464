package fhir

// The names under which this program's own codes and numbers stand. They are
// UUIDs, made once for this purpose, since nobody keeps a web address for them
// that could promise to stay: a receiver needs a name that is the same every
// time and nobody else's, not a page to open.
const (
	System  = "urn:uuid:78e4b45b-8122-497c-8830-7e2fe377aedb" // codes of figures
	persons = "urn:uuid:e9603ead-e0d5-41d0-ada5-54702a5b1cdd" // ids of people
	sums    = "urn:uuid:e9b54429-998d-4f46-bc0a-ef8ba9d25f92" // SHA-256 of films
)

const (
	ucum   = "http://unitsofmeasure.org"
	icd10  = "http://hl7.org/fhir/sid/icd-10-cm"
	absent = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
)

// Bundle is a collection of resources that refer to each other.
type Bundle struct {
	ResourceType string  `json:"resourceType"`
	Type         string  `json:"type"`
	Timestamp    string  `json:"timestamp,omitempty"`
	Entry        []Entry `json:"entry"`
}

// Entry is one resource under its urn:uuid.
type Entry struct {
	FullURL  string `json:"fullUrl"`
	Resource any    `json:"resource"`
}

// Coding, Concept, Reference … are FHIR's data types, as far as they are used.
type (
	Coding struct {
		System  string `json:"system,omitempty"`
		Code    string `json:"code,omitempty"`
		Display string `json:"display,omitempty"`
	}
	Concept struct {
		Coding []Coding `json:"coding,omitempty"`
		Text   string   `json:"text,omitempty"`
	}
	Reference struct {
		Reference string `json:"reference,omitempty"`
		Display   string `json:"display,omitempty"`
	}
	Identifier struct {
		System string `json:"system,omitempty"`
		Value  string `json:"value"`
	}
	Quantity struct {
		Value  float64 `json:"value"`
		Unit   string  `json:"unit,omitempty"`
		System string  `json:"system,omitempty"`
		Code   string  `json:"code,omitempty"`
	}
	Range struct {
		Low  *Quantity `json:"low,omitempty"`
		High *Quantity `json:"high,omitempty"`
	}
	Period struct {
		Start string `json:"start,omitempty"`
		End   string `json:"end,omitempty"`
	}
	Annotation struct {
		Text string `json:"text"`
	}
	Attachment struct {
		ContentType string `json:"contentType,omitempty"`
		Data        []byte `json:"data,omitempty"`
		URL         string `json:"url,omitempty"`
		Size        int    `json:"size,omitempty"`
		Hash        []byte `json:"hash,omitempty"` // SHA-1, as FHIR wants it
		Title       string `json:"title,omitempty"`
	}
	HumanName struct {
		Text string `json:"text"`
	}
)

// Patient is the person.
type Patient struct {
	ResourceType string       `json:"resourceType"`
	ID           string       `json:"id"`
	Identifier   []Identifier `json:"identifier,omitempty"`
	Name         []HumanName  `json:"name,omitempty"`
	Gender       string       `json:"gender,omitempty"`
	BirthDate    string       `json:"birthDate,omitempty"`
}

// Device is this program.
type Device struct {
	ResourceType string          `json:"resourceType"`
	ID           string          `json:"id"`
	DeviceName   []DeviceName    `json:"deviceName"`
	Version      []DeviceVersion `json:"version"`
}

// DeviceName is how a device is called.
type DeviceName struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// DeviceVersion is the version of a part.
type DeviceVersion struct {
	Type  *Concept `json:"type,omitempty"`
	Value string   `json:"value"`
}

// Media is a film.
type Media struct {
	ResourceType    string       `json:"resourceType"`
	ID              string       `json:"id"`
	Status          string       `json:"status"`
	Type            Concept      `json:"type"`
	Subject         Reference    `json:"subject"`
	CreatedDateTime string       `json:"createdDateTime,omitempty"`
	Height          int          `json:"height,omitempty"`
	Width           int          `json:"width,omitempty"`
	Duration        float64      `json:"duration,omitempty"`
	Identifier      []Identifier `json:"identifier,omitempty"`
	Content         Attachment   `json:"content"`
}

// Observation is a set of figures about one thing.
type Observation struct {
	ResourceType      string       `json:"resourceType"`
	ID                string       `json:"id"`
	Status            string       `json:"status"`
	Category          []Concept    `json:"category"`
	Code              Concept      `json:"code"`
	Subject           Reference    `json:"subject"`
	EffectiveDateTime string       `json:"effectiveDateTime,omitempty"`
	EffectivePeriod   *Period      `json:"effectivePeriod,omitempty"`
	ValueCodeable     *Concept     `json:"valueCodeableConcept,omitempty"`
	BodySite          *Concept     `json:"bodySite,omitempty"`
	Method            *Concept     `json:"method,omitempty"`
	Device            *Reference   `json:"device,omitempty"`
	Note              []Annotation `json:"note,omitempty"`
	DerivedFrom       []Reference  `json:"derivedFrom,omitempty"`
	Component         []Component  `json:"component,omitempty"`
}

// Component is one figure; exactly one of its values, or the reason why there
// is none.
type Component struct {
	Code          Concept   `json:"code"`
	ValueQuantity *Quantity `json:"valueQuantity,omitempty"`
	ValueRange    *Range    `json:"valueRange,omitempty"`
	ValueInteger  *int      `json:"valueInteger,omitempty"`
	ValueString   string    `json:"valueString,omitempty"`
	ValueCodeable *Concept  `json:"valueCodeableConcept,omitempty"`
	AbsentReason  *Concept  `json:"dataAbsentReason,omitempty"`
}

// DiagnosticReport draws a recording's observations together.
type DiagnosticReport struct {
	ResourceType      string        `json:"resourceType"`
	ID                string        `json:"id"`
	Status            string        `json:"status"`
	Category          []Concept     `json:"category"`
	Code              Concept       `json:"code"`
	Subject           Reference     `json:"subject"`
	EffectiveDateTime string        `json:"effectiveDateTime,omitempty"`
	Result            []Reference   `json:"result"`
	Media             []ReportMedia `json:"media,omitempty"`
	Conclusion        string        `json:"conclusion"`
}

// ReportMedia links a film.
type ReportMedia struct {
	Link Reference `json:"link"`
}

// DocumentReference is a file about a recording.
type DocumentReference struct {
	ResourceType string            `json:"resourceType"`
	ID           string            `json:"id"`
	Status       string            `json:"status"`
	DocStatus    string            `json:"docStatus"`
	Type         Concept           `json:"type"`
	Subject      Reference         `json:"subject"`
	Content      []DocumentContent `json:"content"`
}

// DocumentContent is the file.
type DocumentContent struct {
	Attachment Attachment `json:"attachment"`
}

// QuestionnaireResponse is what was answered.
type QuestionnaireResponse struct {
	ResourceType  string    `json:"resourceType"`
	ID            string    `json:"id"`
	Questionnaire string    `json:"questionnaire,omitempty"`
	Status        string    `json:"status"`
	Subject       Reference `json:"subject"`
	Authored      string    `json:"authored,omitempty"`
	Item          []Item    `json:"item,omitempty"`
}

// Item is one question with its answers.
type Item struct {
	LinkID string   `json:"linkId"`
	Text   string   `json:"text,omitempty"`
	Answer []Answer `json:"answer,omitempty"`
}

// Answer is one answer.
type Answer struct {
	ValueCoding  *Coding  `json:"valueCoding,omitempty"`
	ValueDecimal *float64 `json:"valueDecimal,omitempty"`
	ValueDate    string   `json:"valueDate,omitempty"`
	ValueString  string   `json:"valueString,omitempty"`
}

// Procedure is a treatment.
type Procedure struct {
	ResourceType    string       `json:"resourceType"`
	ID              string       `json:"id"`
	Status          string       `json:"status"`
	Code            Concept      `json:"code"`
	Subject         Reference    `json:"subject"`
	PerformedPeriod *Period      `json:"performedPeriod,omitempty"`
	BodySite        []Concept    `json:"bodySite,omitempty"`
	Note            []Annotation `json:"note,omitempty"`
}

// Provenance says what was made of what by which program.
type Provenance struct {
	ResourceType string             `json:"resourceType"`
	ID           string             `json:"id"`
	Target       []Reference        `json:"target"`
	Recorded     string             `json:"recorded"`
	Activity     Concept            `json:"activity"`
	Agent        []ProvenanceAgent  `json:"agent"`
	Entity       []ProvenanceEntity `json:"entity,omitempty"`
}

// ProvenanceAgent is who did it.
type ProvenanceAgent struct {
	Who Reference `json:"who"`
}

// ProvenanceEntity is what it was made of.
type ProvenanceEntity struct {
	Role string    `json:"role"`
	What Reference `json:"what"`
}
