-- +goose Up
-- An account may be a rater's, who belongs to no person and sees only the films of the
-- studies that they rate for.
ALTER TABLE account DROP CONSTRAINT account_role_check;
ALTER TABLE account ADD CONSTRAINT account_role_check CHECK (role IN ('patient', 'clinician', 'admin', 'rater'));

-- +goose Down
DELETE FROM account WHERE role = 'rater';
ALTER TABLE account DROP CONSTRAINT account_role_check;
ALTER TABLE account ADD CONSTRAINT account_role_check CHECK (role IN ('patient', 'clinician', 'admin'));
